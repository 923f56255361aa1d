import { InvalidArgumentError } from "@covidxr/core";
import { PROVIDERS } from "@covidxr/onnx";
import { type Command, Option, type OptionValues } from "commander";
import { type TrainingOptions, trainingSettings } from "../../study/training-settings.js";
import { studyOf } from "./study-options.js";
import { listOf, notNegative, positive, share, whole } from "./values.js";

/** Settings that the study fixed, and those of the demonstration on synthetic radiographs. */
export const STUDY_TRAINING = { epochs: 80, batchSize: 64, learningRate: 0.001 } as const;
export const DEMONSTRATION_TRAINING = { epochs: 40, batchSize: 16, learningRate: 0.003 } as const;

export function addTrainingOptions(command: Command): Command {
  return command
    .option(
      "--epochs <n>",
      "passes over the training images (default: 80; 40 in the demonstration)",
      whole(1),
    )
    .option("--batch-size <n>", "images a step (default: 64; 16 in the demonstration)", whole(1))
    .addOption(new Option("--optimizer <name>", "update rule").choices(["sgd", "adam"]).default("sgd"))
    .option("--learning-rate <x>", "of the optimiser (default: 0.001; 0.003 in the demonstration)", positive)
    .option("--momentum <x>", "of sgd, below 1", share, 0.9)
    .option("--nesterov", "Nesterov's momentum", false)
    .option("--weight-decay <x>", "L2 on kernels with sgd; decoupled (AdamW) with adam", notNegative, 0)
    .addOption(
      new Option("--schedule <name>", "how the learning rate changes")
        .choices(["constant", "step", "cosine"])
        .default("constant"),
    )
    .option("--warm-up <n>", "epochs over which the learning rate rises at the start", whole(0), 0)
    .option("--step-every <n>", "of --schedule step: epochs between two drops", whole(1), 30)
    .option("--step-factor <x>", "of --schedule step: what each drop multiplies the rate by", share, 0.1)
    .addOption(
      new Option("--class-weights <name>", "balanced: every class counts alike in the loss")
        .choices(["none", "balanced"])
        .default("none"),
    )
    .option("--clip-norm <x>", "largest norm of the gradient (default: not limited)", positive)
    .option(
      "--early-stopping <n>",
      "stop after n epochs without a better validation loss and keep the best weights;\nwatches images held out of the training images, by patient (default: never)",
      whole(1),
    )
    .option("--validation-share <x>", "share of the training images that early stopping watches", share, 0.15)
    .addOption(
      new Option("--feature-precision <name>", "precision in which features are kept")
        .choices(["float16", "float32"])
        .default("float16"),
    )
    .addOption(
      new Option("--engine <name>", "what computes training")
        .choices(["auto", "onnx", "tfjs"])
        .default("auto"),
    )
    .option(
      "--providers <list>",
      `where onnxruntime computes, tried in this order: ${PROVIDERS.join(", ")} (default: cpu)`,
      listOf(PROVIDERS),
    );
}

/** Flags that another one makes idle: naming both is a mistake that would go unnoticed. */
const NEEDS: readonly { flag: string; needs: string; met: (options: TrainingOptions) => boolean }[] = [
  { flag: "momentum", needs: "--optimizer sgd", met: ({ optimizer }) => optimizer === "sgd" },
  { flag: "nesterov", needs: "--optimizer sgd", met: ({ optimizer }) => optimizer === "sgd" },
  { flag: "stepEvery", needs: "--schedule step", met: ({ schedule }) => schedule === "step" },
  { flag: "stepFactor", needs: "--schedule step", met: ({ schedule }) => schedule === "step" },
  {
    flag: "validationShare",
    needs: "--early-stopping",
    met: ({ earlyStopping }) => earlyStopping !== undefined,
  },
];

/**
 * @throws {InvalidArgumentError} on settings that cannot go together, before any work is done.
 */
export function checkTrainingOptions(command: Command, options: TrainingOptions): void {
  for (const { flag, needs, met } of NEEDS) {
    if (command.getOptionValueSource(flag) !== "cli" || met(options)) continue;
    throw new InvalidArgumentError({
      parameter: flag,
      value: command.opts()[flag],
      message: `expected ${needs} with this flag; add it, or leave the flag out`,
    });
  }
  const { warmUp, epochs, validationShare } = options;
  if (warmUp >= epochs) {
    throw new InvalidArgumentError({
      parameter: "warmUp",
      value: warmUp,
      message: `expected fewer epochs than the ${epochs} of the run, got ${warmUp}`,
    });
  }
  if (validationShare === 0 || validationShare === 1) {
    throw new InvalidArgumentError({
      parameter: "validationShare",
      value: validationShare,
      message: `expected a share between 0 and 1, got ${validationShare}`,
    });
  }
  // The packages check their own settings.
  trainingSettings(options);
}

export function readTrainingOptions(flags: OptionValues): TrainingOptions {
  const settings = studyOf(flags) === undefined ? DEMONSTRATION_TRAINING : STUDY_TRAINING;
  return {
    epochs: flags.epochs ?? settings.epochs,
    batchSize: flags.batchSize ?? settings.batchSize,
    optimizer: flags.optimizer,
    learningRate: flags.learningRate ?? settings.learningRate,
    momentum: flags.momentum,
    nesterov: flags.nesterov,
    weightDecay: flags.weightDecay,
    schedule: flags.schedule,
    warmUp: flags.warmUp,
    stepEvery: flags.stepEvery,
    stepFactor: flags.stepFactor,
    classWeights: flags.classWeights,
    clipNorm: flags.clipNorm,
    earlyStopping: flags.earlyStopping,
    validationShare: flags.validationShare,
    featurePrecision: flags.featurePrecision,
    engine: flags.engine,
    providers: flags.providers ?? ["cpu"],
  };
}
