import { mkdir, readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { createRng, FileError } from "@covidxr/core";
import { writeFileAtomic } from "@covidxr/core/files";
import { diskError, type FolderLock, sweepTemporaryFiles, waitForLock } from "@covidxr/core/files-internal";
import { checkArguments, checkInteger, checkOptions, throwIfInterrupted } from "@covidxr/core/internal";
import { encodeImage, type GreyImage, type RgbImage } from "@covidxr/image";
import { drawRadiograph } from "../draw/draw-radiograph.js";
import { checkOpacity, type Opacity } from "../draw/opacities.js";
import { type ImageWidths, type PhantomCounts, type PlannedImage, planStudy } from "./plan-study.js";
import { cohortCsv, metadataCsv } from "./tables.js";

/** Written last: its presence means that the study is complete. */
export const MANIFEST_NAME = "phantom-study.json";

/** Raised with every change to the bytes written. */
const FORMAT_VERSION = 1;

/** File that marks a folder as synthetic; written first. */
const NOTICE = "SYNTHETIC.txt";

const NOTICE_TEXT = `SYNTHETIC DATA

Every radiograph, patient and finding in this folder was drawn by a program (@covidxr/phantom). Nothing here comes
from a person, and no result computed from it says anything about a disease or a diagnostic method. The folder is laid
out like a real study so that software can be tested on it.

Some files are deliberately defective: one listed image may be missing, and one may be truncated.
Lateral views and CT scans are listed in metadata.csv but not drawn.
`;

/** Defaults of {@link writePhantomStudy}. */
export const PHANTOM_STUDY_DEFAULTS = {
  /** 95 positives and 95 negatives: 18 in the metadata, 77 drawn normals (75 files). */
  counts: {
    covid: 95,
    otherPneumonia: 16,
    noFinding: 2,
    otherRadiographs: 8,
    listedOnly: 8,
    repeatedNormals: 2,
  },
  widths: { minimum: 300, maximum: 519 },
  opacity: "marked",
  missingImage: true,
  unreadableImage: true,
} as const;

/** Options of {@link writePhantomStudy}. */
export interface PhantomStudyOptions {
  /** Safe integer, 0 or more. One seed gives one study, byte for byte. */
  readonly seed: number;
  /**
   * Number of images of each kind; those left out keep their defaults. @defaultValue covid 95, otherPneumonia 16,
   * noFinding 2, otherRadiographs 8, listedOnly 8, repeatedNormals 2: 95 positives and 95 negatives
   */
  readonly counts?: Partial<PhantomCounts>;
  /** Range of image widths in pixels, 122 or more. @defaultValue 300 to 519 */
  readonly widths?: ImageWidths;
  /** Strength of the positives' opacities; `"faint"` makes the task hard. @defaultValue "marked" */
  readonly opacity?: Opacity;
  /** Whether one listed PA radiograph is missing. @defaultValue true */
  readonly missingImage?: boolean;
  /** Whether one PA radiograph is a truncated JPEG. @defaultValue true */
  readonly unreadableImage?: boolean;
  /** Called after each image. */
  readonly onProgress?: (progress: { done: number; total: number; path: string }) => void;
  /** Stops before the next image. */
  readonly signal?: AbortSignal;
}

/** A synthetic study on disk. */
export interface PhantomStudy {
  readonly synthetic: true;
  /** Folder of the study, as given. */
  readonly studyDir: string;
  readonly metadataPath: string;
  readonly imagesDir: string;
  readonly normalsDir: string;
  /** The study's own list of its cohort, `filename,covid-19`. */
  readonly cohortPath: string;
  /** Number of image files written. */
  readonly images: number;
  /** Number of rows in metadata.csv and in chestxrays.csv. */
  readonly records: number;
  readonly cohortRows: number;
  /** Listed but deliberately missing; paths within the study. */
  readonly missing: readonly string[];
  /** Deliberately unreadable; paths within the study. */
  readonly unreadable: readonly string[];
  /** Whether the folder already held this study, so that nothing was drawn. */
  readonly reused: boolean;
}

const OPERATION = "writing the phantom study";
/** Of the folder, while a process writes it. */
const LOCK = ".covidxr-phantom.lock";
const METADATA = "covid-chestxray-dataset/metadata.csv";
const COHORT = "chestxrays.csv";
/** All entries of a phantom study's folder. */
const OWN_ENTRIES: readonly string[] = [
  NOTICE,
  MANIFEST_NAME,
  COHORT,
  "covid-chestxray-dataset",
  "chest_xray",
];

/**
 * Writes a synthetic study laid out like the published one: `covid-chestxray-dataset/` with metadata.csv and images,
 * `chest_xray/train/NORMAL/`, and the cohort list `chestxrays.csv`. Files are JPEG and PNG, grey and colour, of many
 * sizes, distributed alike in both classes.
 *
 * A folder that already holds the complete study with the same options is left as it is. An unfinished study, or one with
 * other options, is replaced. A folder that holds anything else is refused, so that synthetic and real data cannot mix.
 *
 * @param dir Folder of the study; created if it does not exist.
 * @throws {InvalidArgumentError} on a seed, counts or widths out of range, or an unknown opacity.
 * @throws {FileError} with reason `"unwritable"` when `dir` holds other files or cannot be written.
 * @throws {InterruptedError} when `signal` fires; the next call starts over.
 */
export async function writePhantomStudy(dir: string, options: PhantomStudyOptions): Promise<PhantomStudy> {
  checkArguments({ dir }, { dir: "string" });
  checkOptions(options, {
    ...{ seed: "number", counts: "object?", widths: "object?" },
    opacity: ["marked", "faint", undefined],
    ...{ missingImage: "boolean?", unreadableImage: "boolean?" },
    ...{ onProgress: "function?", signal: "object?" },
  });
  checkInteger("seed", options.seed, { min: 0 });
  const { counts = {}, widths } = options;
  checkOptions(
    counts,
    {
      ...{ covid: "number?", otherPneumonia: "number?", noFinding: "number?" },
      ...{ otherRadiographs: "number?", listedOnly: "number?", repeatedNormals: "number?" },
    },
    "counts",
  );
  if (widths !== undefined) checkOptions(widths, { minimum: "number", maximum: "number" }, "widths");
  const resolved = {
    seed: options.seed,
    counts: { ...PHANTOM_STUDY_DEFAULTS.counts, ...counts },
    widths: { ...(widths ?? PHANTOM_STUDY_DEFAULTS.widths) },
    opacity: options.opacity ?? PHANTOM_STUDY_DEFAULTS.opacity,
    missingImage: options.missingImage ?? PHANTOM_STUDY_DEFAULTS.missingImage,
    unreadableImage: options.unreadableImage ?? PHANTOM_STUDY_DEFAULTS.unreadableImage,
  };
  checkOpacity(resolved.opacity);
  const plan = planStudy(resolved);
  const pathsWith = (defect: PlannedImage["defect"]) =>
    plan.images.filter((image) => image.defect === defect).map(({ path }) => path);
  const written = plan.images.filter(({ defect }) => defect !== "missing");
  const study = (reused: boolean): PhantomStudy => ({
    synthetic: true,
    studyDir: dir,
    metadataPath: join(dir, METADATA),
    imagesDir: join(dir, "covid-chestxray-dataset", "images"),
    normalsDir: join(dir, "chest_xray", "train", "NORMAL"),
    cohortPath: join(dir, COHORT),
    images: written.length,
    records: plan.records.length,
    cohortRows: plan.cohort.length,
    missing: pathsWith("missing"),
    unreadable: pathsWith("truncated"),
    reused,
  });
  throwIfInterrupted(options.signal, OPERATION);
  if (await isComplete(dir, resolved)) return study(true);
  const lock = await lockFolder(dir, options.signal);
  try {
    // Another process may have written it while this one waited.
    if (await isComplete(dir, resolved)) return study(true);
    await claimFolder(dir);
    const files: { path: string; bytes: number }[] = [];
    const write = async (path: string, content: string | Uint8Array) => {
      await writeFileAtomic(join(dir, path), content);
      files.push({ path, bytes: Buffer.byteLength(content) });
    };
    for (const image of written) {
      throwIfInterrupted(options.signal, OPERATION);
      await write(image.path, await renderImage(image, resolved.seed, resolved.opacity));
      options.onProgress?.({ done: files.length, total: written.length, path: image.path });
    }
    await write(METADATA, metadataCsv(plan.records));
    await write(COHORT, cohortCsv(plan.cohort));
    const manifest: Manifest = { synthetic: true, version: FORMAT_VERSION, options: resolved, files };
    await writeFileAtomic(join(dir, MANIFEST_NAME), `${JSON.stringify(manifest, null, 1)}\n`);
    return study(false);
  } finally {
    lock.release();
  }
}

/** Waits until only this process writes to the folder, and removes what killed ones left half written. */
async function lockFolder(dir: string, signal: AbortSignal | undefined): Promise<FolderLock> {
  await mkdir(dir, { recursive: true }).catch((cause) => Promise.reject(diskError(dir, cause)));
  try {
    const lock = await waitForLock(join(dir, LOCK), { command: OPERATION, signal });
    await sweepTemporaryFiles(dir, { recursive: true });
    return lock;
  } catch (error) {
    throwIfInterrupted(signal, OPERATION);
    throw error;
  }
}

/** Empties the folder of an earlier study, and marks it as synthetic before anything else is written. */
async function claimFolder(dir: string): Promise<void> {
  const found = await readdir(dir).catch((cause) =>
    Promise.reject(diskError(dir, cause, { reason: "unreadable" })),
  );
  const entries = found.filter((entry) => entry !== LOCK);
  const foreign = entries.filter((entry) => !OWN_ENTRIES.includes(entry));
  if (foreign.length > 0 || (entries.length > 0 && !entries.includes(NOTICE))) {
    throw new FileError({
      path: dir,
      reason: "unwritable",
      message:
        `expected an empty folder or a phantom study, got ${(foreign[0] ?? entries[0])!} in it; ` +
        "choose another folder, so that synthetic and real data do not mix",
    });
  }
  // The manifest is removed first: from here on the folder counts as unfinished.
  await rm(join(dir, MANIFEST_NAME), { force: true });
  await writeFileAtomic(join(dir, NOTICE), NOTICE_TEXT);
  for (const entry of [COHORT, "covid-chestxray-dataset", "chest_xray"]) {
    await rm(join(dir, entry), { recursive: true, force: true });
  }
}

async function renderImage(image: PlannedImage, seed: number, opacity: Opacity): Promise<Uint8Array> {
  const grey = drawRadiograph({
    rng: createRng(seed, { purpose: "phantom-image", index: image.index }),
    patientRng: createRng(seed, { purpose: "phantom-patient", index: image.patient }),
    width: image.width,
    height: image.height,
    finding: image.finding,
    opacity,
  });
  const pixels = image.format === "png" && image.colour ? toRgb(grey) : grey;
  const bytes = await encodeImage(pixels, { format: image.format, quality: image.quality });
  return image.defect === "truncated" ? bytes.subarray(0, Math.floor(bytes.length / 2)) : bytes;
}

function toRgb(grey: GreyImage): RgbImage {
  const data = new Uint8Array(grey.data.length * 3);
  for (let from = 0, to = 0; from < grey.data.length; from++, to += 3) {
    const value = grey.data[from]!;
    data[to] = value;
    data[to + 1] = value;
    data[to + 2] = value;
  }
  return { width: grey.width, height: grey.height, data };
}

/**
 * Whether a folder holds a phantom study, complete or not, so that all results from it must be labelled synthetic. False
 * if the folder does not exist.
 *
 * @param dir Folder of the study.
 */
export async function isSyntheticStudy(dir: string): Promise<boolean> {
  checkArguments({ dir }, { dir: "string" });
  const found = await stat(join(dir, NOTICE)).catch(() => undefined);
  return found?.isFile() ?? false;
}

interface Manifest {
  readonly synthetic: true;
  readonly version: number;
  /** The resolved options. */
  readonly options: unknown;
  /** Every other file of the study with its size in bytes. */
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
}

/** Whether `dir` holds the complete study that this version writes with `options`. */
async function isComplete(dir: string, options: unknown): Promise<boolean> {
  const manifest = await readManifest(dir);
  if (manifest?.version !== FORMAT_VERSION) return false;
  if (JSON.stringify(manifest.options) !== JSON.stringify(options)) return false;
  for (const { path, bytes } of manifest.files) {
    const found = await stat(join(dir, path)).catch(() => undefined);
    if (found?.size !== bytes) return false;
  }
  return true;
}

/** Undefined where it is missing or damaged: then the study is written again. */
async function readManifest(dir: string): Promise<Manifest | undefined> {
  try {
    return JSON.parse(await readFile(join(dir, MANIFEST_NAME), "utf8")) as Manifest;
  } catch {
    return undefined;
  }
}
