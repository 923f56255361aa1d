import { formatEstimate, formatMetric, type Summary } from "@covidxr/metrics";
import { type FoldsAnalysis, SHOWN_FOLD_METRICS } from "../../analysis/analyse-folds.js";

import { FOLD_FIGURE_NAMES } from "../../content/report-charts.js";
import { ChartGrid } from "../components/chart-figure.js";
import { DataTable } from "../components/data-table.js";
import { Section } from "../components/section.js";
import type { PageContent } from "../page-content.js";

const figureNames = SHOWN_FOLD_METRICS.map((name) => FOLD_FIGURE_NAMES[name]);
const spread = ({ mean, standardDeviation }: Summary): string =>
  `${formatMetric(mean)} ± ${formatMetric(standardDeviation)}`;

/** Each fold of each seed, their mean and their spread. */
export function FoldsSection({
  groupings,
  charts,
}: {
  readonly groupings: readonly FoldsAnalysis[];
  readonly charts: PageContent["charts"];
}) {
  return (
    <Section id="folds" title="Seeds and folds">
      <DataTable
        label="Mean and standard deviation over folds"
        columns={["Folds by", ...figureNames]}
        rows={groupings.map(({ by, summary }) => [
          by,
          ...SHOWN_FOLD_METRICS.map((name) => spread(summary[name])),
        ])}
      />
      <ChartGrid charts={charts.folds} />
      {groupings.map(({ by, folds }) => (
        <details key={by}>
          <summary>Every fold by {by}</summary>
          <DataTable
            label={`Folds by ${by}, with 95 % intervals`}
            columns={["Seed, fold", "Images", ...figureNames]}
            rows={folds.map(({ seed, fold, images, metrics }) => [
              `${seed}, ${fold}`,
              images,
              ...SHOWN_FOLD_METRICS.map((name) => formatEstimate(metrics[name])),
            ])}
          />
        </details>
      ))}
      <p class="note">
        Means ± standard deviations over folds. The folds share most of their training images, so that the
        deviation is no standard error and no test can be made of it (Bengio and Grandvalet 2004).
      </p>
    </Section>
  );
}
