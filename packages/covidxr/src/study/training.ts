import { identifyImages, patientGroups } from "@covidxr/audit";
import { createRng } from "@covidxr/core";
import { cacheKey } from "@covidxr/core/files";
import type { CohortRow } from "@covidxr/dataset";
import type { PreparedImage } from "@covidxr/image";
import {
  adam,
  cosineSchedule,
  createEngine,
  type FeatureArray,
  type LabelledFeatures,
  sgd,
  splitModel,
  stepSchedule,
  type TrainingEngine,
  type TrainingResult,
  type TrainOptions,
  train,
  withWarmUp,
} from "@covidxr/training";
import { constantSchedule, holdOutGroups } from "@covidxr/training/internal";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import type { Run } from "../run/run.js";
import type { Settings } from "../settings/declarations.js";
import { type EngineSettings, engineOptions } from "./engine.js";
import type { Cohort } from "./load-cohort.js";
import { augmentTraining, extractFeatures } from "./network.js";
import type { StudyDefinition } from "./published.js";

/** Settings that decide how the weights move. */
type OptimizerSettings = Pick<
  Settings,
  | "epochs"
  | "batchSize"
  | "optimizer"
  | "learningRate"
  | "momentum"
  | "nesterov"
  | "weightDecay"
  | "schedule"
  | "warmUp"
  | "stepEvery"
  | "stepFactor"
  | "classWeights"
  | "clipNorm"
  | "earlyStopping"
>;

/** Settings of a run that trains once. */
export type TrainSettings = EngineSettings &
  OptimizerSettings &
  Pick<
    Settings,
    | "augmentation"
    | "featurePrecision"
    | "height"
    | "preprocessing"
    | "seed"
    | "validationShare"
    | "variants"
    | "width"
  >;

/** Features of a cohort by row. */
export interface CohortFeatures {
  /** Features of the image of a row that is used. */
  readonly featuresOf: (row: CohortRow) => FeatureArray;
}

/** Features of every image of a cohort: the frozen layers see each image once. */
export async function extractCohort(
  run: Run<
    Pick<TrainSettings, "featurePrecision" | "height" | "preprocessing" | "providers" | "seed" | "width">
  >,
  model: LayersModel,
  { prepared, imageOf }: Cohort,
): Promise<CohortFeatures> {
  const images = [...prepared.images.values()];
  const values = await extractFeatures(run, model, images);
  const byImage = new Map<PreparedImage, FeatureArray>(images.map((image, i) => [image, values[i]!]));
  return { featuresOf: (row) => byImage.get(imageOf(row))! };
}

/**
 * Trains the network's last layers on the training split. Validates on the validation split after each epoch; with early
 * stopping, which decides something, on images held out of the training split instead. The held-out split takes no part.
 *
 * @param leakage Whether splits that share patients or images may train.
 */
export async function trainNetwork(
  run: Run<TrainSettings>,
  study: StudyDefinition,
  cohort: Cohort,
  model: LayersModel,
  { featuresOf }: CohortFeatures,
  leakage: "refuse" | "allow",
): Promise<TrainingResult> {
  const { settings, folder } = run;
  const { copies } = await cohort.pictures();
  const labelled = (rows: readonly CohortRow[]): LabelledFeatures => ({
    values: rows.map(featuresOf),
    labels: rows.map((row) => row.label),
    origins: identifyImages(rows, copies),
  });
  const { training, validation } = await splitTraining(run, study, cohort);
  const images = training.map(cohort.imageOf);
  const augmented = await augmentTraining(run, study, model, images, labelled(training));
  // Names everything that the training and validation features were made from.
  const { preprocessing, augmentation, variants, featurePrecision } = settings;
  const keys = [training, validation].map((of) => of.map((row) => [cohort.imageOf(row).key, row.label]));
  const key = cacheKey(folder.record.digests, keys, preprocessing, augmentation, variants, featurePrecision);
  const result = await withEngine(run, model, (engine) =>
    run.stage("training", "Training", "steps", () =>
      train(model, {
        ...trainOptions(settings),
        seed: settings.seed,
        training: augmented.training,
        validation: labelled(validation),
        // Validation images that are drawn by patient cannot leak.
        leakage: settings.earlyStopping === undefined ? leakage : "refuse",
        engine,
        checkpoint: { folder: folder.file("checkpoints"), key, resume: folder.resumed },
        onResume: ({ history, damaged }) => run.resumeAt(history, damaged),
        onEpoch: (epoch) => run.epoch(epoch, settings.epochs),
        signal: run.signal,
      }),
    ),
  ).finally(() => augmented.dispose());
  if (result.stoppedEarly) run.say.line(`Stopped early: the weights are those of epoch ${result.epoch}.`);
  return result;
}

/** Rows to train on, and rows to validate on. */
async function splitTraining(
  { settings }: Run<TrainSettings>,
  { split: { splits } }: StudyDefinition,
  { rows, used, pictures }: Cohort,
): Promise<Record<"training" | "validation", CohortRow[]>> {
  const all = used(splits[0]);
  if (settings.earlyStopping === undefined) return { training: all, validation: used(splits[1]) };
  const names = patientGroups(rows, (await pictures()).copies);
  const groups = rows.flatMap((row, i) => (all.includes(row) ? [names[i]!] : []));
  const { training, validation } = holdOutGroups(
    all.map((_, i) => i),
    all.map((row) => row.label),
    { share: settings.validationShare, groups },
    createRng(settings.seed, { purpose: "validation" }),
  );
  return { training: training.map((i) => all[i]!), validation: validation.map((i) => all[i]!) };
}

/** Opens the engine that the settings ask for, says which one it is, and closes it in any case. */
export async function withEngine<T>(
  run: Run<EngineSettings>,
  model: LayersModel,
  work: (engine: TrainingEngine) => Promise<T>,
): Promise<T> {
  const engine = await createEngine(model, {
    ...engineOptions(run.settings),
    from: splitModel(model).tailFrom,
    loss: "binaryCrossentropy",
    onFallback: (message) => run.say.once(message),
  });
  try {
    run.say.line(`Training on ${engine.description}`);
    return await work(engine);
  } finally {
    await engine.dispose();
  }
}

/** What `train` is told of a run's optimiser, schedule and stopping; optimisers remember, so that each call gives new ones. */
export function trainOptions(settings: OptimizerSettings) {
  const { epochs, batchSize, classWeights, clipNorm, earlyStopping } = settings;
  const { learningRate, momentum, nesterov, weightDecay } = settings;
  const optimizer =
    settings.optimizer === "adam"
      ? adam({ learningRate, weightDecay })
      : sgd({ learningRate, momentum, nesterov, weightDecay });
  const schedule = scheduleOf(settings);
  return {
    ...{ epochs, batchSize, optimizer },
    ...(schedule && { schedule }),
    ...(classWeights === "balanced" && { classWeights }),
    ...(clipNorm !== undefined && { clip: { norm: clipNorm } }),
    ...(earlyStopping !== undefined && { earlyStopping: { patience: earlyStopping } }),
  } satisfies Partial<TrainOptions>;
}

/** Undefined for a rate that stays the same. */
function scheduleOf({ schedule: name, warmUp, stepEvery, stepFactor }: OptimizerSettings) {
  if (name === "constant" && warmUp === 0) return undefined;
  const schedule = {
    constant: constantSchedule,
    step: () => stepSchedule({ every: stepEvery, factor: stepFactor }),
    cosine: cosineSchedule,
  }[name]();
  return warmUp === 0 ? schedule : withWarmUp(schedule, { epochs: warmUp });
}
