import { formatEstimate } from "@covidxr/metrics";
import type { ImagesAnalysis } from "../../analysis/analyse-images.js";
import { isHoldout, type RunAnalysis } from "../../analysis/analyse-run.js";
import { countText } from "../../internal/format.js";
import { escapeMarkdown } from "../internal/escape-markdown.js";
import type { ClaimAnswer, ClaimSection } from "./claim-item.js";

export const RESULTS_DATA_SECTION: ClaimSection = {
  title: "Results: data",
  items: [
    { number: 33, asks: "Flow of cases, with numbers and reasons of exclusion", answer: flow },
    { number: 34, asks: "Demographic and clinical features of cases in each part", answer: demographics },
  ],
};

export const PERFORMANCE_SECTION: ClaimSection = {
  title: "Results: model performance",
  items: [
    {
      number: 35,
      asks: "Performance of the final model on every part of the data",
      answer: (analysis) => ({
        run: parts(analysis)
          .map(
            ({ name, estimates }) =>
              `${escapeMarkdown(name)}: accuracy ${formatEstimate(estimates.accuracy)}, AUC ${formatEstimate(estimates.auc)}.`,
          )
          .join(" "),
      }),
    },
    { number: 36, asks: "Diagnostic accuracy and its precision, such as 95 % intervals", answer: accuracy },
    { number: 37, asks: "Analysis of cases that the model got wrong", answer: failures },
  ],
};

/** Images with figures: splits, or those that folds held out. */
function parts(analysis: RunAnalysis): readonly ImagesAnalysis[] {
  return isHoldout(analysis) ? analysis.splits : analysis.groupings.map(({ pooled }) => pooled);
}

function flow({ run, facts }: RunAnalysis): ClaimAnswer {
  if (run.flow === null || run.flow.length === 0) {
    return {
      run: `${countText(facts.used, "image")} used of ${countText(run.cohort.length, "row")} of the cohort.`,
      person: "the way from the sources' records to the cohort",
    };
  }
  const steps = run.flow.map(({ name, kept, excluded, added }) => {
    const changes = [
      ...added.map(({ count, reason }) => `${count} added: ${escapeMarkdown(reason)}`),
      ...excluded.map(({ count, reason }) => `${count} left out: ${escapeMarkdown(reason)}`),
    ];
    return `${kept} ${escapeMarkdown(name)}${changes.length > 0 ? ` (${changes.join("; ")})` : ""}`;
  });
  return { run: `${steps.join(" → ")}. Diagram in report.html.` };
}

function demographics(analysis: RunAnalysis): ClaimAnswer {
  const counts = parts(analysis).map(
    ({ name, images, patients, positives }) =>
      `${escapeMarkdown(name)}: ${countText(images.length, "image")} of ${countText(patients, "patient")}, ${positives} positive`,
  );
  const run = `${counts.join("; ")}.`;
  return analysis.run.record.synthetic
    ? { run: `${run} Drawn images have no demography.` }
    : { run, person: demographyOf(analysis) };
}

function demographyOf({ run }: RunAnalysis): string {
  return run.audit !== null && run.audit.attributes.length > 0
    ? "age, sex and clinical features in each part; report.html has what the sources give by class, not by part"
    : "age, sex and clinical features in each part; the run does not read them";
}

function accuracy({ headline, published }: RunAnalysis): ClaimAnswer {
  const { sensitivity, specificity, accuracy: share, auc } = headline.estimates;
  return {
    run: [
      `On “${escapeMarkdown(headline.name)}”, positive above ${headline.threshold}: accuracy ${formatEstimate(share)}, sensitivity ${formatEstimate(sensitivity)}, specificity ${formatEstimate(specificity)}, AUC ${formatEstimate(auc)}.`,
      ...(published
        ? [`Published (${escapeMarkdown(published.source)}): accuracy ${formatEstimate(published.accuracy)}.`]
        : []),
    ].join(" "),
  };
}

/** Errors that the answer names; report.html lists more. */
const NAMED_ERRORS = 5;

function failures({ run, headline }: RunAnalysis): ClaimAnswer {
  const { errors } = headline;
  if (errors.length === 0) {
    return {
      run: `None of ${countText(headline.images.length, "held-out image")} was on the wrong side of the threshold.`,
    };
  }
  const missed = errors.filter(({ label }) => label === 1).length;
  const named = errors
    .slice(0, NAMED_ERRORS)
    .map(({ filename, probability }) => `${escapeMarkdown(filename)} (${probability.toFixed(3)})`);
  const text = `${missed} false negative, ${errors.length - missed} false positive; farthest from the threshold, with probability: ${named.join(", ")}. report.html lists the errors.`;
  return run.record.synthetic
    ? { run: text }
    : { run: text, person: "what a radiologist sees in these images" };
}
