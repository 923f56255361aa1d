import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { createRng, FileError } from "@covidxr/core";
import { writeFileAtomic } from "@covidxr/core/files";
import { throwIfInterrupted } from "@covidxr/core/internal";
import { encodeImage, type GreyImage, type RgbImage } from "@covidxr/image";
import { DRAW_DEFAULTS, drawRadiograph } from "../draw/draw-radiograph.js";
import { checkOpacity, type Opacity } from "../draw/opacities.js";
import { FORMAT_VERSION, isComplete, MANIFEST_NAME, type Manifest } from "./manifest.js";
import { NOTICE, NOTICE_TEXT } from "./notice.js";
import { type ImageWidths, type PhantomCounts, type PlannedImage, planStudy } from "./plan-study.js";
import { cohortCsv, metadataCsv } from "./tables.js";

/** Values that {@link writePhantomStudy} takes when none are given. */
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
  opacity: DRAW_DEFAULTS.opacity,
  missingImage: true,
  unreadableImage: true,
} as const;

/** Options of {@link writePhantomStudy}. */
export interface PhantomStudyOptions {
  /** Safe integer, 0 or more. One seed gives one study, byte for byte. */
  readonly seed: number;
  /** Counts to change; the others keep {@link PHANTOM_STUDY_DEFAULTS}.counts. */
  readonly counts?: Partial<PhantomCounts>;
  /** Widths of the images, 122 pixels or more. @defaultValue {@link PHANTOM_STUDY_DEFAULTS}.widths */
  readonly widths?: ImageWidths;
  /** Strength of the positives' opacities. @defaultValue {@link PHANTOM_STUDY_DEFAULTS}.opacity */
  readonly opacity?: Opacity;
  /** Whether one listed PA radiograph is left out. @defaultValue {@link PHANTOM_STUDY_DEFAULTS}.missingImage */
  readonly missingImage?: boolean;
  /** Whether one PA radiograph is a cut-off JPEG. @defaultValue {@link PHANTOM_STUDY_DEFAULTS}.unreadableImage */
  readonly unreadableImage?: boolean;
  /** Called after every image. */
  readonly onProgress?: (progress: { done: number; total: number; path: string }) => void;
  /** Stops between two images. */
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
  /** Listed on purpose and not there; paths within the study. */
  readonly missing: readonly string[];
  /** Unreadable on purpose; paths within the study. */
  readonly unreadable: readonly string[];
  /** Whether a whole study with these options stood there already, and nothing was drawn. */
  readonly reused: boolean;
}

const METADATA = "covid-chestxray-dataset/metadata.csv";
const COHORT = "chestxrays.csv";
/** Everything that a phantom study puts into its folder. */
const OWN_ENTRIES: readonly string[] = [
  NOTICE,
  MANIFEST_NAME,
  COHORT,
  "covid-chestxray-dataset",
  "chest_xray",
];

/**
 * Writes a synthetic study in the shape of the published one: `covid-chestxray-dataset/` with metadata.csv and
 * images, `chest_xray/train/NORMAL/`, and the cohort list `chestxrays.csv`. Files are JPEG and PNG, grey and
 * colour, of many sizes; their distribution is the same in both classes.
 *
 * A folder that holds a whole study with the same options is left as it is. One that was begun and not finished, or
 * made with other options, is emptied and made anew. A folder with anything else in it is refused, so that
 * synthetic and real data cannot mix.
 *
 * @param dir Folder of the study; made if it does not exist.
 * @throws {InvalidArgumentError} on a seed, counts or widths out of range, or an unknown opacity.
 * @throws {FileError} with reason `"unwritable"` when `dir` holds other files or cannot be written.
 * @throws {InterruptedError} when `signal` fires; the next call starts over.
 */
export async function writePhantomStudy(dir: string, options: PhantomStudyOptions): Promise<PhantomStudy> {
  const resolved = {
    seed: options.seed,
    counts: { ...PHANTOM_STUDY_DEFAULTS.counts, ...options.counts },
    widths: { ...(options.widths ?? PHANTOM_STUDY_DEFAULTS.widths) },
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
  throwIfInterrupted(options.signal, "writing the phantom study");
  if (await isComplete(dir, resolved)) return study(true);
  await claimFolder(dir);

  const files: { path: string; bytes: number }[] = [];
  const write = async (path: string, content: string | Uint8Array) => {
    await writeFileAtomic(join(dir, path), content);
    files.push({ path, bytes: Buffer.byteLength(content) });
  };
  for (const image of written) {
    throwIfInterrupted(options.signal, "writing the phantom study");
    await write(image.path, await renderImage(image, resolved.seed, resolved.opacity));
    options.onProgress?.({ done: files.length, total: written.length, path: image.path });
  }
  await write(METADATA, metadataCsv(plan.records));
  await write(COHORT, cohortCsv(plan.cohort));
  const manifest: Manifest = { synthetic: true, version: FORMAT_VERSION, options: resolved, files };
  await writeFileAtomic(join(dir, MANIFEST_NAME), `${JSON.stringify(manifest, null, 1)}\n`);
  return study(false);
}

/** Empties a folder that is ours, and marks it as ours before anything else is written. */
async function claimFolder(dir: string): Promise<void> {
  const entries = await readdir(dir).catch((cause: NodeJS.ErrnoException): string[] => {
    if (cause.code === "ENOENT") return [];
    throw new FileError({
      path: dir,
      reason: "unwritable",
      message: `expected a folder, got something that cannot be listed (${cause.message}); choose another path`,
      cause,
    });
  });
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
  // The manifest goes first: from here on the folder is known to be unfinished.
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
