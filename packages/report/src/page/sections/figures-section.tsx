import { formatEstimate, type MetricEstimates } from "@covidxr/metrics";
import type { ImagesAnalysis } from "../../analysis/analyse-images.js";
import { isHoldout } from "../../analysis/analyse-run.js";
import { FIGURE_NAMES } from "../../content/figure-names.js";
import { DataTable } from "../components/data-table.js";
import { Section } from "../components/section.js";
import type { PageContent } from "../page-content.js";

/** Every figure of every set of images, with its interval. */
export function FiguresSection({ analysis }: PageContent) {
  const { headline } = analysis;
  const sets: readonly ImagesAnalysis[] = isHoldout(analysis)
    ? // The held-out images first: on a phone they are what is seen without scrolling.
      [...analysis.splits].reverse().sort((a, b) => Number(b === headline) - Number(a === headline))
    : analysis.groupings.map(({ pooled }) => pooled);
  const keys = Object.keys(FIGURE_NAMES) as (keyof MetricEstimates)[];
  const { estimates } = headline;
  const undefinedFigures = keys.filter((key) => estimates[key].undefinedReason !== null);
  const byPatient = keys.filter((key) => estimates[key].byGroup !== null);
  return (
    <Section id="figures" title="Figures with their intervals">
      <DataTable
        label="Figures with 95 % intervals"
        columns={["Figure", ...sets.map(({ name }) => name), "Interval"]}
        textColumns={[0, sets.length + 1]}
        rows={[
          ["Images", ...sets.map(({ images }) => images.length), ""],
          ["Patients", ...sets.map(({ patients }) => patients), ""],
          ["Positive, negative", ...sets.map(({ positives, negatives }) => `${positives}, ${negatives}`), ""],
          ...keys.map((key) => [
            FIGURE_NAMES[key],
            ...sets.map((set) => formatEstimate(set.estimates[key])),
            [...new Set(sets.map((set) => set.estimates[key].method))].join(", "),
          ]),
        ]}
      />
      {undefinedFigures.map((key) => (
        <p class="note" key={key}>
          {FIGURE_NAMES[key]} on {headline.name} is undefined: {estimates[key].undefinedReason}.
        </p>
      ))}
      {byPatient.length > 0 && (
        <details>
          <summary>Intervals that keep the images of a patient together</summary>
          <DataTable
            label={`Intervals by patient on ${headline.name}`}
            columns={["Figure", "Images as independent", "Patients drawn together"]}
            rows={byPatient.map((key) => [
              FIGURE_NAMES[key],
              formatEstimate(estimates[key]),
              formatEstimate({ value: estimates[key].value, ...estimates[key].byGroup! }),
            ])}
          />
        </details>
      )}
      <p class="note">
        Intervals are at 95 %. Shares of images: Clopper–Pearson (exact). Area under the ROC curve: DeLong, or
        Newcombe’s where its variance is zero. Likelihood ratios: Simel. The others: a bootstrap of 2,000
        draws of patients, BCa where that is defined. A figure without brackets has no interval: a cell is
        empty, or every draw gave the same, which says that nothing varied, not that nothing could. Intervals
        of images that were trained on say nothing about new ones.
      </p>
    </Section>
  );
}
