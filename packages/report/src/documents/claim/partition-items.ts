import { formatEstimate } from "@covidxr/metrics";
import { isHoldout, type RunAnalysis } from "../../analysis/analyse-run.js";
import { countText } from "../../internal/format.js";
import { escapeMarkdown } from "../internal/escape-markdown.js";
import { partitionText } from "../internal/partition-text.js";
import type { ClaimAnswer, ClaimSection } from "./claim-item.js";

export const PARTITIONS_SECTION: ClaimSection = {
  title: "Methods: data partitions",
  items: [
    {
      number: 19,
      asks: "Intended size of the sample and how it was found",
      answer: ({ facts, headline }) => ({
        run: `${countText(facts.used, "image")} of ${countText(facts.patients, "patient")}; ${headline.images.length} held-out ones give an accuracy of ${formatEstimate(headline.estimates.accuracy)}. The run holds no calculation of a sample size.`,
        person: "how many images were intended, and why",
      }),
    },
    { number: 20, asks: "How data came to their parts, with proportions", answer: assignment },
    {
      number: 21,
      asks: "Level at which the parts have nothing in common, such as patients or images",
      answer: (analysis) => ({ run: partitionText(analysis) }),
    },
  ],
};

function assignment(analysis: RunAnalysis): ClaimAnswer {
  const { record } = analysis.run;
  if (!isHoldout(analysis)) {
    const groupings = analysis.groupings.map(
      ({ by, folds }) => `${folds.length} by ${escapeMarkdown(by)}, of seeds ${seedsOf(folds)}`,
    );
    return { run: `Folds drawn at random: ${groupings.join("; ")}.` };
  }
  const used = analysis.facts.used;
  const splits = analysis.splits.map(
    ({ name, images, positives, negatives }) =>
      `${escapeMarkdown(name)} ${images.length} (${((100 * images.length) / used).toFixed(0)} %: ${positives} positive, ${negatives} negative)`,
  );
  const sizes = `Images of each part: ${splits.join(", ")}.`;
  const { redraw } = record.options;
  if (redraw === true) return { run: `${sizes} Negatives drawn anew by seed ${record.options.seed}.` };
  if (redraw === false) return { run: `${sizes} Every row's part is the one of the study's list.` };
  return { run: sizes, person: "how the rows came to their parts" };
}

function seedsOf(folds: readonly { readonly seed: number }[]): string {
  return [...new Set(folds.map(({ seed }) => seed))].join(", ");
}
