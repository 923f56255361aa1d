import { STUDY_SPLIT } from "@covidxr/dataset/study";
import { formatEstimate } from "@covidxr/metrics";
import { isHoldout, type RunAnalysis } from "../../analysis/analyse-run.js";
import { findingsOf, NO_LEAK_LEAVES_OPEN } from "../../content/audit-facts.js";
import { countText } from "../../internal/format.js";
import { splitRuleOf } from "../../run/read-run.js";
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
      answer: (analysis) => ({ run: [partitionText(analysis), ...auditedLeaks(analysis)].join(" ") }),
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
  const { program, settings } = record;
  const { redraw, seed } = settings;
  if (program !== REPRODUCE) return { run: sizes, person: "how the rows came to their parts" };
  const { testSize, validationSize, seed: splitSeed } = STUDY_SPLIT;
  const anew = redraw === true ? ` Negatives drawn anew by seed ${seed}.` : "";
  if (splitRuleOf(record) === "patient") {
    return {
      run: `${sizes} Drawn by patient, all images of a patient in one part: about ${testSize * 100} % for predict, then ${validationSize * 100} % of the rest for test.${anew}`,
    };
  }
  return {
    run:
      `${sizes} Drawn over all rows by seed ${splitSeed}, without heed to patients and classes: ${testSize * 100} % for predict, ` +
      `then ${validationSize * 100} % of the rest for test.${anew}`,
  };
}

/** What an audit says of patients, files and pictures between the splits; of folds it says nothing. */
function auditedLeaks(analysis: RunAnalysis): string[] {
  const { audit } = analysis.run;
  if (audit === null || !isHoldout(analysis)) return [];
  const leaks = findingsOf(audit, "leak").map(({ summary }) => escapeMarkdown(summary));
  const compared = `The audit of ${countText(audit.rows, "row")} and ${countText(audit.images, "picture")}`;
  return leaks.length === 0
    ? [`${compared} found no leak. ${NO_LEAK_LEAVES_OPEN}`]
    : [`${compared} found ${countText(leaks.length, "leak")}: ${leaks.join(" ")}`];
}

function seedsOf(folds: readonly { readonly seed: number }[]): string {
  return [...new Set(folds.map(({ seed }) => seed))].join(", ");
}
