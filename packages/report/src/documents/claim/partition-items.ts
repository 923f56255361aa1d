import { STUDY_SPLIT } from "@covidxr/dataset";
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

/** The program whose split is the study's at its defaults. */
const REPRODUCE = "reproduce";

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
  const { program, redraw, seed } = record.options;
  if (program !== REPRODUCE) return { run: sizes, person: "how the rows came to their parts" };
  const { predictSize, testSize, randomState } = STUDY_SPLIT;
  return {
    run:
      `${sizes} Drawn over all rows by seed ${randomState}, without heed to patients and classes: ${predictSize * 100} % for predict, ` +
      `then ${testSize * 100} % of the rest for test.${redraw === true ? ` Negatives drawn anew by seed ${seed}.` : ""}`,
  };
}

function seedsOf(folds: readonly { readonly seed: number }[]): string {
  return [...new Set(folds.map(({ seed }) => seed))].join(", ");
}
