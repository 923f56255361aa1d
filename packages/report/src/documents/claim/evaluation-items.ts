import { formatEstimate, type MetricEstimates } from "@covidxr/metrics";
import { isHoldout, type RunAnalysis } from "../../analysis/analyse-run.js";
import { joinWords } from "../../content/audit-facts.js";
import { FIGURE_NAMES } from "../../content/figure-names.js";
import { SPLIT_NAMES } from "../../content/split-texts.js";
import { countText } from "../../internal/format.js";
import { groupBy } from "../../internal/group-by.js";
import { escapeMarkdown } from "../internal/escape-markdown.js";
import type { ClaimAnswer, ClaimSection } from "./claim-item.js";

export const EVALUATION_SECTION: ClaimSection = {
  title: "Methods: evaluation",
  items: [
    {
      number: 28,
      asks: "Measures of performance",
      answer: () => ({ run: `${Object.values(FIGURE_NAMES).join(", ")}.` }),
    },
    { number: 29, asks: "Measures of significance and uncertainty", answer: uncertainty },
    { number: 30, asks: "Analysis of robustness or sensitivity", answer: robustness },
    {
      number: 31,
      asks: "Means of explaining what the model looks at, and their validation",
      answer: () => ({ run: "The run made none.", person: "others that were used, or that there are none" }),
    },
    { number: 32, asks: "Test on data from elsewhere", answer: external },
  ],
};

function uncertainty({ headline, published }: RunAnalysis): ClaimAnswer {
  const names = Object.keys(headline.estimates) as (keyof MetricEstimates)[];
  const methods = groupBy(names, (name) => headline.estimates[name].method);
  const intervals = [...methods].map(
    ([method, figures]) => `${method} (${figures.map((name) => FIGURE_NAMES[name]).join(", ")})`,
  );
  const grouped = names.some((name) => headline.estimates[name].byGroup !== null);
  return {
    run: [
      `Intervals of ${headline.estimates.accuracy.level * 100} %: ${intervals.join("; ")}.`,
      ...(grouped ? ["A second interval comes from a bootstrap that draws patients."] : []),
      ...(published
        ? ["Against the published accuracy: Newcombe's interval of the difference and Fisher's exact test."]
        : []),
    ].join(" "),
  };
}

function robustness(analysis: RunAnalysis): ClaimAnswer {
  return {
    run: [...repetitions(analysis), ...probes(analysis)].join(" "),
    person: "further analyses, such as other seeds, devices or assumptions",
  };
}

function repetitions(analysis: RunAnalysis): string[] {
  if (!isHoldout(analysis)) {
    const folds = analysis.groupings.map(
      ({ by, folds: own }) => `${countText(own.length, "fold")} by ${escapeMarkdown(by)}`,
    );
    return [`Mean and spread over ${folds.join(" and ")}, in report.html.`];
  }
  const { bothSplits } = analysis;
  if (bothSplits === null) return ["Curves over all thresholds in report.html; no second seed or split."];
  const { own, other, difference, differenceInterval } = bothSplits;
  return [
    "Curves over all thresholds in report.html; one seed for each split.",
    `Accuracy on the ${SPLIT_NAMES[own.split]} ${formatEstimate(own.accuracy)}, on the ${SPLIT_NAMES[other.split]} ${formatEstimate(other.accuracy)}; difference ${formatEstimate({ value: difference, ...differenceInterval })} (Newcombe; other held-out images).`,
  ];
}

function probes({ run }: RunAnalysis): string[] {
  const results = run.audit?.probes?.results.filter(({ target }) => target === "label") ?? [];
  if (results.length === 0) return [];
  const areas = results.map(
    ({ title, outOfFold }) => `${escapeMarkdown(title)} ${formatEstimate(outOfFold)}`,
  );
  return [`Probes of the label that see a part of each file, area under the ROC curve: ${joinWords(areas)}.`];
}

function external(analysis: RunAnalysis): ClaimAnswer {
  if (analysis.run.record.synthetic) return { run: "None: all images were drawn by one program." };
  if (!isHoldout(analysis)) return { run: "None: every fold holds out images of the same sources." };
  const { run, headline } = analysis;
  const trained = new Set(
    run.cohort
      .filter(({ status, split }) => status === "used" && split === "train")
      .map(({ source }) => source),
  );
  const outside = headline.images.filter(({ source }) => !trained.has(source)).length;
  if (outside === 0) return { run: "None: every held-out image is of a source that was trained on, too." };
  return {
    run: `${outside} of ${countText(headline.images.length, "held-out image")} are of sources that were not trained on.`,
    person: "whether these sources are places of their own",
  };
}
