import { createRng, InvalidArgumentError } from "@covidxr/core";
import { checkInteger } from "@covidxr/core/internal";
import { MINIMUM_SIDE, type PhantomFinding } from "../draw/draw-radiograph.js";

/** Number of images of each kind. All counts are 0 or more. */
export interface PhantomCounts {
  /** PA radiographs of COVID-19 patients, 1 or more: the positives. */
  readonly covid: number;
  /** PA radiographs of patients with another pneumonia. */
  readonly otherPneumonia: number;
  /** PA radiographs in the metadata without a finding. */
  readonly noFinding: number;
  /** AP radiographs of any finding: listed and drawn, and excluded by a cohort of PA views. */
  readonly otherRadiographs: number;
  /** Lateral views and CT scans: listed in the metadata only. */
  readonly listedOnly: number;
  /** Normals drawn twice, as happens when drawing with replacement. */
  readonly repeatedNormals: number;
}

/** Range of image widths in pixels, inclusive. */
export interface ImageWidths {
  readonly minimum: number;
  readonly maximum: number;
}

/** One image file of the study. */
export interface PlannedImage {
  /** Path within the study, with forward slashes. */
  readonly path: string;
  readonly finding: PhantomFinding;
  /** Number of the patient; images of one patient show one anatomy. */
  readonly patient: number;
  /** Number of the image: the index of its random streams. */
  readonly index: number;
  readonly width: number;
  readonly height: number;
  readonly format: "jpeg" | "png";
  /** Whether a PNG is written with three equal channels rather than one. JPEG always has three. */
  readonly colour: boolean;
  readonly quality: number;
  /** `"missing"`: listed, not written; `"truncated"`: written without its second half. */
  readonly defect: "none" | "missing" | "truncated";
}

/** One row of metadata.csv. */
export interface PlannedRecord {
  readonly patient: number;
  readonly offset: number;
  readonly sex: "M" | "F";
  readonly age: number;
  readonly finding: string;
  readonly view: string;
  readonly modality: "X-ray" | "CT";
  readonly folder: "images" | "volumes";
  readonly filename: string;
}

export interface StudyPlan {
  readonly images: PlannedImage[];
  readonly records: PlannedRecord[];
  /** Rows of chestxrays.csv: the PA radiographs in metadata order, then the drawn normals. */
  readonly cohort: { readonly filename: string; readonly label: 0 | 1 }[];
}

export interface PlanOptions {
  readonly seed: number;
  readonly counts: PhantomCounts;
  readonly widths: ImageWidths;
  readonly missingImage: boolean;
  readonly unreadableImage: boolean;
}

const IMAGES = "covid-chestxray-dataset/images";
const NORMALS = "chest_xray/train/NORMAL";
// Findings and views as the real metadata writes them.
const OTHER_PNEUMONIAS = ["Streptococcus", "Pneumocystis", "SARS", "Legionella", "Klebsiella"];
const AP_VIEWS = ["AP", "AP Supine"];
// One COVID-19 patient in twelve has ARDS as well: 11 of the study's 152 PA radiographs.
const ARDS_SHARE = 1 / 12;
// A third of the images are of a patient who has one already: the study has 131 patients in 195 PA radiographs.
const RETURN_SHARE = 1 / 3;

// Width over height.
const ASPECT = { minimum: 1.05, maximum: 1.27 };
// An image of the smallest width and the largest aspect ratio must still be high enough for the label.
const MINIMUM_WIDTH = Math.ceil(MINIMUM_SIDE * ASPECT.maximum);
/** More than any detector has. */
const MAXIMUM_WIDTH = 10_000;

interface Draft {
  readonly finding: PhantomFinding;
  readonly token: string;
  readonly view: string;
}

/**
 * Plans every file and row of a study. Format, size, age, sex and number of visits have the same distribution for every
 * finding and folder, so they carry no information about the label.
 *
 * @throws {InvalidArgumentError} on counts that are not integers of 0 or more, or leave a class without
 *   images, and on widths out of range.
 */
export function planStudy(options: PlanOptions): StudyPlan {
  const { seed, counts } = options;
  const normalRows = checkCounts(counts);
  checkWidths(options.widths);
  const drafts = draftRecords(seed, counts);
  const images: PlannedImage[] = [];
  const records: PlannedRecord[] = [];
  const visits = new Map<string, { patient: number; visit: number }>();
  let patients = 0;

  drafts.forEach((draft, index) => {
    const rng = createRng(seed, { purpose: "phantom-record", index });
    const known = visits.get(draft.finding);
    const returns = known !== undefined && known.visit < 3 && rng.uniform() < RETURN_SHARE;
    const { patient, visit } = returns
      ? { patient: known.patient, visit: known.visit + 1 }
      : { patient: patients++, visit: 0 };
    visits.set(draft.finding, { patient, visit });
    const person = createRng(seed, { purpose: "phantom-person", index: patient });
    const shape = sampleShape(options, index);
    const name = `synthetic-${String(patient + 1).padStart(3, "0")}-${"abcd"[visit]}`;
    const listedOnly = draft.view === "L" || draft.view === "Axial";
    const volume = draft.view === "Axial";
    const filename = volume ? `${name}.nii.gz` : `${name}.${shape.format}`;
    records.push({
      patient: patient + 1,
      offset: visit * 4 + rng.integer(4),
      sex: person.uniform() < 0.5 ? "M" : "F",
      age: 20 + person.integer(65),
      finding: draft.token,
      view: draft.view,
      modality: volume ? "CT" : "X-ray",
      folder: volume ? "volumes" : "images",
      filename,
    });
    if (!listedOnly) {
      images.push({
        path: `${IMAGES}/${filename}`,
        finding: draft.finding,
        patient,
        index,
        defect: "none",
        ...shape,
      });
    }
  });

  const normals = Array.from({ length: normalRows - counts.repeatedNormals }, (_, i): PlannedImage => {
    const index = drafts.length + i;
    const shape = sampleShape(options, index);
    const path = `${NORMALS}/IM-${String(i + 1).padStart(4, "0")}-synthetic.${shape.format}`;
    return { path, finding: "none", patient: patients + i, index, defect: "none", ...shape };
  });
  const spoilt = addDefects(images, records, options);
  return { images: [...spoilt, ...normals], records, cohort: listCohort(seed, records, normals, counts) };
}

/** Rows in the order of metadata.csv, findings and views mixed. */
function draftRecords(seed: number, counts: PhantomCounts): Draft[] {
  const ards = Math.round(counts.covid * ARDS_SHARE);
  const other = (i: number) => OTHER_PNEUMONIAS[i % OTHER_PNEUMONIAS.length]!;
  const listed = (i: number): Draft => {
    const view = i % 2 === 0 ? "L" : "Axial";
    return i % 3 === 2
      ? { finding: "pneumonia", token: other(i), view }
      : { finding: "COVID-19", token: "COVID-19", view };
  };
  const drafts: Draft[] = [
    ...Array.from({ length: counts.covid }, (_, i): Draft => {
      return { finding: "COVID-19", token: i < ards ? "COVID-19, ARDS" : "COVID-19", view: "PA" };
    }),
    ...Array.from({ length: counts.otherPneumonia }, (_, i): Draft => {
      return { finding: "pneumonia", token: other(i), view: "PA" };
    }),
    ...Array.from({ length: counts.noFinding }, (): Draft => {
      return { finding: "none", token: "No Finding", view: "PA" };
    }),
    ...Array.from({ length: counts.otherRadiographs }, (_, i): Draft => {
      const view = AP_VIEWS[i % AP_VIEWS.length]!;
      return i % 3 === 2
        ? { finding: "pneumonia", token: other(i), view }
        : { finding: "COVID-19", token: "COVID-19", view };
    }),
    ...Array.from({ length: counts.listedOnly }, (_, i) => listed(i)),
  ];
  const order = createRng(seed, { purpose: "phantom-order" }).permutation(drafts.length);
  return Array.from(order, (i) => drafts[i]!);
}

/** Size and format of an image, from its number alone. */
function sampleShape({ seed, widths }: PlanOptions, index: number) {
  const rng = createRng(seed, { purpose: "phantom-shape", index });
  const width = widths.minimum + rng.integer(widths.maximum - widths.minimum + 1);
  const aspect = ASPECT.minimum + (ASPECT.maximum - ASPECT.minimum) * rng.uniform();
  const format = rng.uniform() < 0.5 ? ("jpeg" as const) : ("png" as const);
  const colour = rng.uniform() < 0.5;
  const quality = 80 + rng.integer(16);
  return { width, height: Math.round(width / aspect), format, colour, quality };
}

/**
 * Marks the first COVID-19 image of the cohort as missing, and the first JPEG of another pneumonia (or else of COVID-19)
 * as truncated.
 */
function addDefects(
  images: readonly PlannedImage[],
  records: readonly PlannedRecord[],
  options: PlanOptions,
): PlannedImage[] {
  const pa = new Set(
    records.filter(({ view }) => view === "PA").map(({ filename }) => `${IMAGES}/${filename}`),
  );
  const inCohort = images.filter(({ path }) => pa.has(path));
  const missing = options.missingImage ? inCohort.find(({ finding }) => finding === "COVID-19") : undefined;
  const jpegs = inCohort.filter((image) => image.format === "jpeg" && image !== missing);
  const truncated = options.unreadableImage
    ? (jpegs.find(({ finding }) => finding === "pneumonia") ?? jpegs[0])
    : undefined;
  return images.map((image) => {
    if (image === missing) return { ...image, defect: "missing" };
    if (image === truncated) return { ...image, defect: "truncated" };
    return image;
  });
}

function listCohort(
  seed: number,
  records: readonly PlannedRecord[],
  normals: readonly PlannedImage[],
  counts: PhantomCounts,
): StudyPlan["cohort"] {
  const rng = createRng(seed, { purpose: "phantom-draw" });
  const repeated = Array.from(
    { length: counts.repeatedNormals },
    () => normals[rng.integer(normals.length)]!,
  );
  const drawn = [...normals, ...repeated];
  const order = rng.permutation(drawn.length);
  const row = (path: string, positive: boolean) => ({
    filename: `../${path}`,
    label: positive ? (1 as const) : (0 as const),
  });
  return [
    ...records
      .filter(({ view }) => view === "PA")
      .map(({ filename, finding }) => row(`${IMAGES}/${filename}`, finding.startsWith("COVID-19"))),
    ...Array.from(order, (i) => row(drawn[i]!.path, false)),
  ];
}

/** Checks the counts and returns the number of normal rows that balance the classes. */
function checkCounts(counts: PhantomCounts): number {
  for (const [name, value] of Object.entries(counts)) checkInteger(`counts.${name}`, value, { min: 0 });
  const normalRows = counts.covid - counts.otherPneumonia - counts.noFinding;
  if (normalRows < 1 || counts.repeatedNormals >= normalRows) {
    throw new InvalidArgumentError({
      parameter: "counts",
      value: counts,
      message:
        `expected more COVID-19 images (got ${counts.covid}) than other findings ` +
        `(${counts.otherPneumonia + counts.noFinding}) and repeated normals (${counts.repeatedNormals}) together, ` +
        "so that normals balance the classes; raise counts.covid",
    });
  }
  return normalRows;
}

function checkWidths({ minimum, maximum }: ImageWidths): void {
  checkInteger("widths.minimum", minimum, { min: MINIMUM_WIDTH, max: MAXIMUM_WIDTH });
  checkInteger("widths.maximum", maximum, { min: minimum, max: MAXIMUM_WIDTH });
}
