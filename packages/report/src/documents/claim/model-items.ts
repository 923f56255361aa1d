import { isHoldout, type RunAnalysis } from "../../analysis/analyse-run.js";
import { countText } from "../../internal/format.js";
import { escapeMarkdown } from "../internal/escape-markdown.js";
import { inputSize } from "../internal/input-size.js";
import { publicOptions } from "../internal/public-options.js";
import { settingText } from "../internal/setting-text.js";
import type { ClaimAnswer, ClaimSection } from "./claim-item.js";

export const MODEL_SECTION: ClaimSection = {
  title: "Methods: model",
  items: [
    { number: 22, asks: "The model with inputs, outputs and all layers between", answer: network },
    { number: 23, asks: "Software and its versions", answer: software },
    { number: 24, asks: "First values of the model's parameters", answer: initialWeights },
  ],
};

export const TRAINING_SECTION: ClaimSection = {
  title: "Methods: training",
  items: [
    { number: 25, asks: "Training: augmentation, settings, number of models", answer: trainingSettings },
    { number: 26, asks: "How the final model was chosen", answer: finalModel },
    {
      number: 27,
      asks: "How models were combined, if they were",
      answer: (analysis) => ({
        run: isHoldout(analysis)
          ? "Not at all: one model gives every probability."
          : "Not at all: each image has its probability from the one model that did not see it.",
      }),
    },
  ],
};

function network({ run }: RunAnalysis): ClaimAnswer {
  const { model, classes } = run.record;
  const size = inputSize(run.record);
  const output = `Output: probability of “${escapeMarkdown(classes[1])}”, positive above ${run.threshold}.`;
  return {
    run: [
      ...(model
        ? [
            `${escapeMarkdown(model.name)}; ${countText(model.parameters, "parameter")}, ${model.trainable} of them trained.`,
          ]
        : []),
      ...(size ? [`Input: RGB, ${size.height} × ${size.width} pixels (height × width).`] : []),
      output,
    ].join(" "),
    ...(!(model && size) && { person: "the network's layers and its input" }),
  };
}

function software({ run }: RunAnalysis): ClaimAnswer {
  const { versions, engine } = run.record;
  const known = [
    ...(versions ? [`Versions: ${settingText(versions)}.`] : []),
    ...(engine ? [`Computed by ${escapeMarkdown(engine)}.`] : []),
  ];
  return {
    ...(known.length > 0 && { run: known.join(" ") }),
    ...(!versions && { person: "names and versions of the software" }),
  };
}

function initialWeights({ run }: RunAnalysis): ClaimAnswer {
  const { record } = run;
  const weights = publicOptions(record).find(([name]) => name === "weights")?.[1];
  if (weights === undefined) return { person: "where the first weights came from" };
  const digest = record.digests?.weights;
  return {
    run: `Backbone: ${settingText(weights)}${digest ? ` (SHA-256 ${escapeMarkdown(digest)})` : ""}; the rest drawn at random by seed ${record.settings.seed}.`,
  };
}

/** Options that are no setting of training. */
const OTHER_OPTIONS: ReadonlySet<string> = new Set([
  "program",
  "height",
  "width",
  "decoder",
  "preprocessing",
  "threshold",
]);

function trainingSettings({ run }: RunAnalysis): ClaimAnswer {
  const settings = publicOptions(run.record)
    .filter(([name]) => !OTHER_OPTIONS.has(name))
    .map(([name, value]) => `${escapeMarkdown(name)} ${settingText(value)}`);
  const { epochs } = run.record.settings;
  return {
    run: `Options: ${settings.join("; ")}.`,
    ...(epochs === undefined && { person: "settings that are not among the options" }),
  };
}

function finalModel(analysis: RunAnalysis): ClaimAnswer {
  const { record } = analysis.run;
  if (!isHoldout(analysis))
    return { run: "None was chosen: each fold has a model of its own, and none is kept." };
  const { training } = record;
  if (!training) return { person: "by what the final weights were chosen" };
  const weights = `Weights of epoch ${training.weightsOfEpoch} of ${training.epochs}`;
  return {
    run:
      record.settings.earlyStopping === undefined
        ? `${weights}${training.weightsOfEpoch === training.epochs ? ", the last: no figure decided it" : ""}.`
        : `${weights}, those with the lowest loss on images held out of ${record.validation === undefined ? "training" : `“${escapeMarkdown(record.validation)}”`}${training.stoppedEarly ? "; training stopped early" : ""}.`,
  };
}
