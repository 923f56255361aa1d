import { basename, join, resolve } from "node:path";
import { type CopyPair, deduplicate, splitByPatient } from "@covidxr/audit";
import { InvalidArgumentError } from "@covidxr/core";
import { checkArguments, checkOptions, type OptionKinds, plural } from "@covidxr/core/internal";
import {
  assertNoLeakage,
  type CohortRow,
  type Collection,
  cohortFromRecords,
  groupFindings,
  readClassFolders,
} from "@covidxr/dataset";
import { type ClassFoldersOptions, STUDY_AUGMENTATION } from "@covidxr/dataset/internal";
import { fetchWeights } from "@covidxr/model";
import { isSyntheticStudy } from "@covidxr/phantom";
import type { HoldoutAnalysis } from "@covidxr/report/internal";
import type { EpochRecord } from "@covidxr/training";
import { Run } from "../run/run.js";
import { SETTINGS, type Settings } from "../settings/declarations.js";
import { NETWORK, PLACE } from "../settings/place.js";
import { checkTogether, fillDefaults } from "../settings/setting.js";
import { auditCohort, splitIdentities } from "../study/audit.js";
import { requireEngine } from "../study/engine.js";
import { prepareCohort } from "../study/load-cohort.js";
import { recordInputs, recordWeights } from "../study/open-study.js";
import { PUBLISHED_STUDY, type StudyDefinition } from "../study/published.js";
import { trainAndReport } from "../study/reproduce.js";

/** Files of one kind that were left out, and why. */
type LeftOut = Collection["leftOut"][number];

/** Splits of a classifier: trained on, validated on after each epoch, held out. */
const SPLITS = ["train", "validation", "test"] as const;

/** What differs from the study's defaults. */
const DEFAULTS = {
  ...{ height: 160, width: 160, preprocessing: "caffe", threshold: 0.5 },
  ...{ epochs: 40, batchSize: 16, learningRate: 0.001, clipNorm: 1, augmentation: "none" },
} as const satisfies Partial<Settings>;

const { redraw: _, split: __, folds: ___, seeds: ____, by: _____, ...DECLARED } = SETTINGS;

/** Settings of {@link trainClassifier}; each has the meaning and, but for those it names, the default of the flag. */
export type ClassifierSettings = Partial<Omit<Settings, "redraw" | "split" | "folds" | "seeds" | "by">>;

/** What a progress callback is told. */
export type ClassifierProgress =
  | {
      /** Name of the step, such as `"prepare"` or `"features"`. */
      readonly stage: string;
      readonly done: number;
      readonly total: number;
    }
  | {
      readonly stage: "epoch";
      /** From 1 to `epochs`. */
      readonly epoch: number;
      readonly epochs: number;
      /** Mean cross-entropy (nats) of the training and of the validation images. */
      readonly loss: number;
      readonly validationLoss: number;
    }
  | ({
      /** Files that are no images of a class, once for each kind. */
      readonly stage: "left-out";
    } & LeftOut);

/** Options of {@link trainClassifier}. */
export interface TrainClassifierOptions extends ClassifierSettings {
  /** Name of the class folder that is positive. */
  readonly positive: string;
  /**
   * Names of the class folders that are negative; `"all-others"`: all that are neither positive nor excluded.
   *
   * @defaultValue the one other folder, where there is only one
   */
  readonly negative?: readonly string[] | "all-others";
  /** Names of class folders that are left out. @defaultValue none */
  readonly excluded?: readonly string[];
  /** Folder to write: model, metrics, report. @defaultValue "run" */
  readonly output?: string;
  /** Folder that keeps pixels and features for later runs. @defaultValue "cache" in the output folder */
  readonly cache?: string;
  /**
   * Initial weights of VGG19: `"imagenet"`, fetched once (80 MB); `"random"`; or a Keras `.h5` file.
   * @defaultValue "imagenet"
   */
  readonly weights?: string;
  /** Feature extractor of the shortcut probes; see `covidxr reproduce --help`. @defaultValue "pixels" */
  readonly probes?: "backbone" | "pixels" | "none";
  /** Names the patient of an image by its path within the folder. @defaultValue unknown: every image is a patient */
  readonly patientOf?: NonNullable<ClassFoldersOptions["patientOf"]>;
  /** Called after each epoch, and while a long step goes on. */
  readonly onProgress?: (progress: ClassifierProgress) => void;
  /** Stops the training at the next safe moment. */
  readonly signal?: AbortSignal;
}

const KINDS: OptionKinds<TrainClassifierOptions> = {
  // Their values are for the settings' own schemas.
  ...(Object.fromEntries(Object.keys(DECLARED).map((name) => [name, "any?"])) as Record<
    keyof ClassifierSettings,
    "any?"
  >),
  ...{
    positive: "string",
    negative: "any?",
    excluded: "strings?",
    output: "string?",
    cache: "string?",
    weights: "string?",
  },
  probes: ["backbone", "pixels", "none", undefined],
  ...{ patientOf: "function?", onProgress: "function?", signal: "object?" },
};

/** What {@link trainClassifier} gives. */
export interface TrainedClassifier {
  /** Folder that was written; {@link loadClassifier} takes it. */
  readonly output: string;
  /** Path of `report.html`. */
  readonly report: string;
  /** What the folder holds beside the images of its classes, and why it was left out. */
  readonly leftOut: readonly LeftOut[];
  /** Metrics of the held-out images by name, each with `value`, `low`, `high` (95 %) and `method`; NaN where undefined. */
  readonly metrics: HoldoutAnalysis["headline"]["estimates"];
}

/**
 * Trains an image classifier on a folder that has a folder of JPEG or PNG images for each class, and reports what it is
 * worth on held-out images. Images are split 72 : 18 : 10 into `train`, `validation` and `test` with even classes; the images
 * of a patient, and copies of an image, stay in one split. The last layers of VGG19 and a new head are trained. Unless stated
 * otherwise: 160 × 160 pixels, 40 epochs, threshold 0.5, no augmentation.
 *
 * @param folder Such as `images`, with `images/covid/a.png` and `images/normal/b.jpg`.
 * @throws {InvalidArgumentError} on a setting out of range, or a split without usable images of a class.
 * @throws {FileError} when the folder cannot be read, or the output cannot be written; `"in-use"` when another run is at
 * work in the output folder.
 * @throws {InvalidArgumentError} when class folders are neither positive nor negative (`COVID` beside `covid`, a third class),
 * or an image stands in folders of both classes.
 * @throws {LeakageError} when splits share patients, files or images.
 * @throws {EmptySelectionError} when no image is of the positive class, or none negative.
 * @throws {WeightsError} or {DownloadError} when the weights are unavailable.
 * @throws {InterruptedError} when `signal` fires.
 *
 * @example
 * ```ts
 * import { trainClassifier } from "covidxr";
 *
 * const small = { weights: "random", height: 32, width: 32, epochs: 2 } as const; // for an example in seconds
 * const run = await trainClassifier("images", { positive: "covid", output: "run", seed: 0, ...small });
 * const { accuracy } = run.metrics;
 * console.log(accuracy.low <= accuracy.value, accuracy.method); // true Clopper–Pearson
 * ```
 */
export async function trainClassifier(
  folder: string,
  options: TrainClassifierOptions,
): Promise<TrainedClassifier> {
  checkArguments({ folder }, { folder: "string" });
  checkOptions(options, KINDS);
  if (options.positive.trim() === "") {
    throw new InvalidArgumentError({
      parameter: "positive",
      value: options.positive,
      message: "expected the name of a class folder, got blanks; name the positive class",
    });
  }
  const named = options.negative;
  if (named !== undefined && named !== "all-others")
    checkArguments({ negative: named }, { negative: "strings" });
  const { positive, output: target = "run", cache, weights = "imagenet", probes = "pixels" } = options;
  const { patientOf, onProgress, signal, negative, excluded = [], ...given } = options;
  const output = resolve(target);
  const settings = fillDefaults(DECLARED, { ...DEFAULTS, ...definedOf(given) }, { synthetic: false });
  const place = {
    ...fillDefaults(
      PLACE,
      { study: folder, weights, probes, cache: cache ?? join(output, "cache") },
      { synthetic: false },
    ),
  };
  checkTogether({ ...PLACE, ...DECLARED }, new Set(Object.keys(definedOf(given))), { ...place, ...settings });
  const images = await readClassFolders(folder, {
    source: basename(resolve(folder)) || "images",
    ...(patientOf && { patientOf }),
  });
  const labelled = groupFindings(images.records, {
    positive: [positive],
    excluded,
    ...(negative !== undefined && { negative }),
  });
  for (const each of images.leftOut) onProgress?.({ stage: "left-out", ...each });
  const definition: StudyDefinition = {
    classes: [`not ${positive}`, positive],
    split: { splits: SPLITS },
    input: { method: "bilinear" },
    augmentation: STUDY_AUGMENTATION,
    network: PUBLISHED_STUDY.network,
  };
  const opened = {
    ...{ program: "trainClassifier", kind: "holdout" as const, settings, place, output, resume: false },
    network: fillDefaults(NETWORK, {}, { synthetic: false }),
    now: new Date(),
    ...(signal && { signal }),
    ...(onProgress && {
      events: {
        onStage: (stage: string, done: number, total: number) => onProgress({ stage, done, total }),
        onEpoch: ({ epoch, loss, validationLoss }: EpochRecord, epochs: number) =>
          onProgress({ stage: "epoch", epoch, epochs, loss, validationLoss }),
      },
    }),
  };
  return Run.perform(opened, async (run) => {
    await requireEngine(run);
    if (weights === "imagenet") {
      await run.stage("download-weights", "Fetching VGG19", "bytes", (show) =>
        fetchWeights("imagenet", { onProgress: show, signal: run.signal }),
      );
    }
    const source = {
      folder: images.root,
      synthetic: await isSyntheticStudy(images.root),
      isPublished: false,
    };
    await recordInputs(run, source.synthetic, await recordWeights(run));
    const cohort = await prepareCohort(run, definition, source, {
      records: [],
      rows: cohortFromRecords(labelled, images),
      split: async (rows, pictures) => {
        const { copies } = await pictures();
        refuseTwoLabels(rows, copies);
        return deduplicate(splitByPatient(rows, { seed: settings.seed, splits: SPLITS, copies }), copies);
      },
      published: null,
    });
    const audit = await auditCohort(run, cohort);
    // The held-out images, too: `train` sees the others alone.
    assertNoLeakage(splitIdentities(cohort.rows, (await cohort.pictures()).copies, SPLITS));
    const { analysis, files } = await trainAndReport(run, definition, cohort, audit, "refuse");
    return { output, report: files[0]!, leftOut: images.leftOut, metrics: analysis.headline.estimates };
  });
}

/** Refuses an image that stands in folders of both classes, as the same file or with the same pixels. */
function refuseTwoLabels(rows: readonly CohortRow[], copies: readonly CopyPair[]): void {
  const labels = new Map(rows.map(({ path, label }) => [path, label]));
  const twice = copies.filter(
    ({ first, second, kind }) => kind !== "similar" && labels.get(first) !== labels.get(second),
  );
  const [pair] = twice;
  if (pair === undefined) return;
  throw new InvalidArgumentError({
    parameter: "folder",
    value: pair.first,
    message:
      `expected each image in one class, got ${pair.first} and ${pair.second}, which are one image` +
      `${twice.length > 1 ? `, and ${plural(twice.length - 1, "more such pair")}` : ""}; remove the wrong ones`,
  });
}

function definedOf(values: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
