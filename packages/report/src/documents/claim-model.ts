import { groupBy, plural } from "@covidxr/core/internal";
import { formatEstimate } from "@covidxr/metrics";
import { isHoldout, type RunAnalysis } from "../analysis/analyse-run.js";
import { partsOf } from "../content/cohort.js";
import { inputText, modelText, publicSettings, trainingText, weightsText } from "../content/environment.js";
import { limitsOf } from "../content/limits.js";
import { joinWords, METRIC_NAMES, METRICS, percent, SPLIT_NAMES, settingText } from "../content/words.js";
import { type ClaimAnswer, type ClaimSection, unlessSynthetic } from "./claim-item.js";

/** Items 22 to 42: the model, its evaluation, and the rest. */
export const MODEL_SECTIONS: readonly ClaimSection[] = [
  {
    title: "Methods: model",
    items: [
      [22, "Model description with inputs, outputs and all intermediate layers", network],
      [23, "Software and versions", software],
      [24, "Initialization of model parameters", initialWeights],
    ],
  },
  {
    title: "Methods: training",
    items: [
      [25, "Training approach: augmentation, hyperparameters, number of models", trainingSettings],
      [26, "Selection of the final model", finalModel],
      [
        27,
        "Ensembling, if any",
        (analysis) => ({
          run: isHoldout(analysis)
            ? "None: one model gives every probability."
            : "None: each image has its probability from the one model that was not trained on it.",
        }),
      ],
    ],
  },
  {
    title: "Methods: evaluation",
    items: [
      [28, "Performance metrics", () => ({ run: `${Object.values(METRIC_NAMES).join(", ")}.` })],
      [29, "Statistical measures of significance and uncertainty", uncertainty],
      [30, "Robustness or sensitivity analysis", robustness],
      [
        31,
        "Methods for explainability, and their validation",
        () => ({ run: "The run used none.", person: "others that were used, or that there are none" }),
      ],
      [32, "Testing on external data", external],
    ],
  },
  {
    title: "Results: data",
    items: [
      [33, "Flow of cases, with numbers and reasons for exclusion", flow],
      [34, "Demographic and clinical characteristics of each partition", demographics],
    ],
  },
  {
    title: "Results: model performance",
    items: [
      [
        35,
        "Performance of the final model on all partitions",
        (analysis) => ({
          run: partsOf(analysis)
            .map(
              ({ name, estimates }) =>
                `${name}: accuracy ${formatEstimate(estimates.accuracy)}, AUC ${formatEstimate(estimates.auc)}.`,
            )
            .join(" "),
        }),
      ],
      [36, "Diagnostic accuracy and its precision, such as 95 % confidence intervals", accuracy],
      [37, "Failure analysis of incorrectly classified cases", failures],
    ],
  },
  {
    title: "Discussion",
    items: [
      [
        38,
        "Limitations: bias, uncertainty, generalizability",
        (analysis) => ({
          run: limitsOf(analysis)
            .map(({ title, text }) => `${title} ${text}`)
            .join(" "),
        }),
      ],
      [
        39,
        "Implications for practice, with intended use and clinical role",
        () => ({
          run: "Not a diagnostic device: no clinical role.",
          person: "what the result means for research and practice",
        }),
      ],
    ],
  },
  {
    title: "Other information",
    items: [
      [40, "Registration number and registry", () => ({ person: "the registration, or that there is none" })],
      [
        41,
        "Where the full protocol is available",
        ({ run: { record } }) => ({
          run: `run.json records every setting${record.program === undefined ? "" : ` of ${record.program}`}, seeds and digests, so the run can be repeated.`,
          person: "the address of protocol, code and data",
        }),
      ],
      [
        42,
        "Funding and other support; role of the funders",
        () => ({ person: "the funders and their role, or that there are none" }),
      ],
    ],
  },
];

function network({ run }: RunAnalysis): ClaimAnswer {
  const { record, threshold } = run;
  const [model, input] = [modelText(record), inputText(record)];
  return {
    run: [
      ...(model ? [`${model}.`] : []),
      ...(input ? [`Input: ${input}.`] : []),
      `Output: probability of “${record.classes[1]}”, positive above ${threshold}.`,
    ].join(" "),
    ...(!(model && input) && { person: "the network’s layers and its input" }),
  };
}

function software({ run: { record } }: RunAnalysis): ClaimAnswer {
  const { versions, engine } = record;
  return {
    run: [
      ...(versions ? [`Versions: ${settingText(versions)}.`] : []),
      ...(engine ? [`Computed by ${engine}.`] : []),
    ].join(" "),
    ...(!versions && { person: "names and versions of the software" }),
  };
}

function initialWeights({ run: { record } }: RunAnalysis): ClaimAnswer {
  const weights = weightsText(record);
  if (weights === null) return { person: "where the initial weights came from" };
  const digest = record.digests.weights;
  return {
    run: `Backbone: ${weights}${digest ? ` (SHA-256 ${digest})` : ""}; the rest drawn at random with seed ${record.settings.seed}.`,
  };
}

/** Settings that do not belong to training. */
const OTHER_SETTINGS: ReadonlySet<string> = new Set([
  "height",
  "width",
  "decoder",
  "preprocessing",
  "threshold",
]);

function trainingSettings({ run: { record } }: RunAnalysis): ClaimAnswer {
  const settings = publicSettings(record)
    .filter(([name]) => !OTHER_SETTINGS.has(name))
    .map(([name, value]) => `${name} ${settingText(value)}`);
  return {
    run: `Settings: ${settings.join("; ")}.`,
    ...(record.settings.epochs === undefined && { person: "settings that the run does not record" }),
  };
}

function finalModel(analysis: RunAnalysis): ClaimAnswer {
  const { record } = analysis.run;
  if (!isHoldout(analysis))
    return { run: "None was selected: each fold has its own model, and none is kept." };
  const { training, settings, validation } = record;
  if (!training) return { person: "how the final weights were selected" };
  const choice =
    settings.earlyStopping !== undefined
      ? `: the lowest loss on images held out of ${validation === undefined ? "training" : `“${validation}”`}`
      : training.weightsOfEpoch === training.epochs
        ? ": the last epoch, selected by no metric"
        : "";
  return { run: `${trainingText(record)}${choice}.` };
}

function uncertainty({ headline, published }: RunAnalysis): ClaimAnswer {
  const { estimates } = headline;
  const methods = [...groupBy(METRICS, (name) => estimates[name].method)].map(
    ([method, names]) => `${method} (${names.map((name) => METRIC_NAMES[name]).join(", ")})`,
  );
  return {
    run: [
      `Intervals at ${percent(estimates.accuracy.level)}: ${methods.join("; ")}.`,
      ...(METRICS.some((name) => estimates[name].byGroup !== null)
        ? ["A second interval comes from a bootstrap that draws patients."]
        : []),
      ...(published
        ? ["Published accuracy: Newcombe’s interval of the difference and Fisher’s exact test."]
        : []),
    ].join(" "),
  };
}

function robustness(analysis: RunAnalysis): ClaimAnswer {
  const probes = analysis.run.audit?.probes?.results.filter(({ target }) => target === "label") ?? [];
  const areas = probes.map(({ title, outOfFold }) => `${title} ${formatEstimate(outOfFold)}`);
  return {
    run: [
      repetitions(analysis),
      ...(areas.length > 0
        ? [`Probes of the label that see part of each file, area under the ROC curve: ${joinWords(areas)}.`]
        : []),
    ].join(" "),
    person: "further analyses, such as other seeds, devices or assumptions",
  };
}

function repetitions(analysis: RunAnalysis): string {
  if (!isHoldout(analysis)) {
    const folds = analysis.groupings.map(({ by, folds: own }) => `${plural(own.length, "fold")} by ${by}`);
    return `Mean and spread over ${joinWords(folds)}, in report.html.`;
  }
  const curves = "Curves over all thresholds in report.html;";
  if (analysis.bothSplits === null) return `${curves} no second seed or split.`;
  const { own, other, difference, differenceInterval } = analysis.bothSplits;
  return (
    `${curves} one seed per split. ` +
    `Accuracy on the ${SPLIT_NAMES[own.split]} ${formatEstimate(own.accuracy)}, on the ${SPLIT_NAMES[other.split]} ${formatEstimate(other.accuracy)}; difference ${formatEstimate({ value: difference, ...differenceInterval })} (Newcombe; different held-out images).`
  );
}

function external(analysis: RunAnalysis): ClaimAnswer {
  if (analysis.run.record.synthetic) return { run: "None: one program drew all images." };
  if (!isHoldout(analysis)) return { run: "None: every fold holds out images of the same sources." };
  const { run, headline } = analysis;
  const used = run.cohort.filter(({ status, split }) => status === "used" && split === "train");
  const trained = new Set(used.map(({ source }) => source));
  const outside = headline.images.filter(({ source }) => !trained.has(source)).length;
  if (outside === 0) return { run: "None: every held-out image is from a source that was also trained on." };
  return {
    run: `${outside} of ${plural(headline.images.length, "held-out image")} are from sources that were not trained on.`,
    person: "whether these sources are separate sites",
  };
}

function flow({ run, facts }: RunAnalysis): ClaimAnswer {
  if (run.flow === null || run.flow.length === 0) {
    return {
      run: `${plural(facts.used, "image")} used of ${plural(run.cohort.length, "row")} of the cohort.`,
      person: "the flow from the sources’ records to the cohort",
    };
  }
  const steps = run.flow.map(({ name, kept, excluded, added }) => {
    const changes = [
      ...added.map(({ count, reason }) => `${count} added: ${reason}`),
      ...excluded.map(({ count, reason }) => `${count} excluded: ${reason}`),
    ];
    return `${kept} ${name}${changes.length > 0 ? ` (${changes.join("; ")})` : ""}`;
  });
  return { run: `${steps.join(" → ")}. Diagram in report.html.` };
}

function demographics(analysis: RunAnalysis): ClaimAnswer {
  const counts = partsOf(analysis).map(
    ({ name, images, patients, positives }) =>
      `${name}: ${plural(images.length, "image")} of ${plural(patients, "patient")}, ${positives} positive`,
  );
  const run = `${counts.join("; ")}.`;
  const where = analysis.run.audit?.attributes.length
    ? "report.html gives what the sources state by class, not by partition"
    : "the run does not read them";
  return unlessSynthetic(analysis, `${run} Synthetic images have no demographics.`, {
    run,
    person: `age, sex and clinical characteristics of each partition; ${where}`,
  });
}

function accuracy({ headline, published }: RunAnalysis): ClaimAnswer {
  const { sensitivity, specificity, accuracy: own, auc } = headline.estimates;
  return {
    run: [
      `On “${headline.name}”, positive above ${headline.threshold}: accuracy ${formatEstimate(own)}, sensitivity ${formatEstimate(sensitivity)}, specificity ${formatEstimate(specificity)}, AUC ${formatEstimate(auc)}.`,
      ...(published
        ? [`Published (${published.source}): accuracy ${formatEstimate(published.accuracy)}.`]
        : []),
    ].join(" "),
  };
}

/** Errors that the answer names; report.html lists more. */
const NAMED_ERRORS = 5;

function failures(analysis: RunAnalysis): ClaimAnswer {
  const { errors, images } = analysis.headline;
  if (errors.length === 0)
    return { run: `None of ${plural(images.length, "held-out image")} was misclassified.` };
  const missed = errors.filter(({ label }) => label === 1).length;
  const named = errors
    .slice(0, NAMED_ERRORS)
    .map(({ filename, probability }) => `${filename} (${probability.toFixed(3)})`);
  const run = `${missed} false negative, ${errors.length - missed} false positive; farthest from the threshold, with probability: ${named.join(", ")}. report.html lists the errors.`;
  return unlessSynthetic(analysis, run, { run, person: "what a radiologist sees in these images" });
}
