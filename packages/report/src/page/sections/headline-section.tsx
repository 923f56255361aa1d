import { formatEstimate, formatPValue } from "@covidxr/metrics";
import { isHoldout } from "../../analysis/analyse-run.js";
import type { PublishedComparison } from "../../analysis/compare-matrices.js";
import { countText } from "../../internal/format.js";
import { ChartFigure } from "../components/chart-figure.js";
import { Section } from "../components/section.js";
import type { PageContent } from "../page-content.js";
import { BothSplits } from "./both-splits.js";

/** The accuracy on the held-out images with its interval, beside the published one. */
export function HeadlineSection({ analysis, charts }: PageContent) {
  const { headline, published, run } = analysis;
  const { accuracy } = headline.estimates;
  const right = headline.images.length - headline.errors.length;
  return (
    <Section id="headline" title="Headline">
      <div class="headline">
        <div class="numbers">
          <HeadlineFigure
            label="This run"
            estimate={accuracy}
            note={`${right} of ${countText(headline.images.length, "image")} right (${headline.name}, positive above ${headline.threshold})`}
          />
          {published && (
            <HeadlineFigure
              label="Published"
              estimate={published.accuracy}
              note={`${published.accuracy.successes} of ${countText(published.accuracy.trials, "image")} right (${published.source}, positive above ${published.threshold})`}
            />
          )}
          <Verdict published={published} synthetic={run.record.synthetic} ownThreshold={headline.threshold} />
          {accuracy.byGroup && (
            <p class="note">
              Images of one patient are alike. A bootstrap that draws patients puts our accuracy between{" "}
              {accuracy.byGroup.low.toFixed(3)} and {accuracy.byGroup.high.toFixed(3)}; the wider of the two
              intervals is the one to quote.
            </p>
          )}
        </div>
        <ChartFigure chart={charts.headline} />
      </div>
      {isHoldout(analysis) && analysis.bothSplits && <BothSplits comparison={analysis.bothSplits} />}
    </Section>
  );
}

function HeadlineFigure({
  label,
  estimate,
  note,
}: {
  readonly label: string;
  readonly estimate: { readonly value: number; readonly low: number; readonly high: number };
  readonly note: string;
}) {
  return (
    <div class="figure">
      <h3>{label}: accuracy</h3>
      <p class="value">{formatEstimate(estimate)}</p>
      <p class="note">{note}</p>
    </div>
  );
}

function Verdict({
  published,
  synthetic,
  ownThreshold,
}: {
  readonly published: PublishedComparison | null;
  readonly synthetic: boolean;
  readonly ownThreshold: number;
}) {
  if (published === null) {
    return (
      <p class="verdict">
        {synthetic
          ? "Synthetic radiographs: there is nothing published to set this beside, and the figure says nothing about a disease."
          : "Nothing is published for these images to set the figure beside."}
      </p>
    );
  }
  const { compatible, difference, differenceInterval, pValue, others, threshold } = published;
  return (
    <>
      <p class="verdict">
        <strong>
          {compatible ? "Compatible with the published figure." : "Not compatible with the published figure."}
        </strong>{" "}
        Difference {formatEstimate({ value: difference, ...differenceInterval })} (Newcombe), Fisher’s exact
        test {formatPValue(pValue)}.{" "}
        {compatible
          ? "That is not a proof that the two are equal: every difference within that interval fits the images as well."
          : "So large a difference would be rare between two samples of one accuracy."}{" "}
        Of the published run only counts are known, so that both are taken as samples of their own, though
        most images may be the same: that makes the test lenient.{" "}
        {threshold !== ownThreshold &&
          `The thresholds differ (${ownThreshold} here, ${threshold} there), so that the figures are not of one rule.`}
      </p>
      {others.map(({ source, accuracy }) => (
        <p class="note" key={source}>
          Also published, by {source}: {accuracy.successes} of {accuracy.trials} right,{" "}
          {formatEstimate(accuracy)}.
        </p>
      ))}
    </>
  );
}
