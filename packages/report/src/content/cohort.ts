import { plural } from "@covidxr/core/internal";
import type { LicenceCount } from "@covidxr/dataset/internal";
import { isHoldout, type RunAnalysis } from "../analysis/analyse-run.js";
import { splitRuleOf } from "../run/read-run.js";
import type { ContentTable } from "./words.js";

/** Name of a run's images, from their sources. */
export function cohortTitle({ run, facts }: RunAnalysis): string {
  return run.record.synthetic
    ? "Synthetic chest radiographs"
    : facts.sources.map(({ source }) => source).join(" + ");
}

/** How many images and patients were used. */
export function cohortText({ run, facts }: RunAnalysis): string {
  const [negative, positive] = run.record.classes;
  return (
    `${plural(facts.used, "image")} of ${plural(facts.patients, "patient")} were used: ` +
    `${facts.positive} ${positive}, ${facts.negative} ${negative}. ${UNKNOWN_PATIENTS}${publishedFiles(run.record)}`
  );
}

function publishedFiles({ study }: RunAnalysis["run"]["record"]): string {
  if (study === undefined) return "";
  return ` ${study.verified} of the published study’s ${plural(study.files, "file")} had their published digests.`;
}

const UNKNOWN_PATIENTS = "An image of an unknown patient counts as a patient of its own.";

export function sourcesTable({ run, facts }: RunAnalysis): ContentTable {
  const [negative, positive] = run.record.classes;
  return {
    label: "Images by source and class",
    columns: ["Source", negative, positive],
    rows: facts.sources.map((source) => [source.source, source.negative, source.positive]),
  };
}

/** Images, patients and classes of each split; of folds, those held out by each grouping. */
export function partsTable(analysis: RunAnalysis): ContentTable {
  const [negative, positive] = analysis.run.record.classes;
  return {
    label: "Images and patients of each split",
    columns: [isHoldout(analysis) ? "Split" : "Held out in", "Images", "Patients", negative, positive],
    rows: partsOf(analysis).map(({ name, images, patients, negatives, positives }) => [
      name,
      images.length,
      patients,
      negatives,
      positives,
    ]),
  };
}

/** Images with metrics: splits, or those that folds held out. */
export function partsOf(analysis: RunAnalysis) {
  return isHoldout(analysis) ? analysis.splits : analysis.groupings.map(({ pooled }) => pooled);
}

const DERIVATIVES: Readonly<Record<LicenceCount["derivatives"], string>> = {
  allowed: "yes, under its terms",
  forbidden: "no",
  unknown: "unknown",
};

/** Licences of the images that were used; null where the run states none. */
export function licencesTable({ facts }: RunAnalysis): ContentTable | null {
  if (facts.licences.length === 0) return null;
  return {
    label: "Licences of the images used",
    columns: ["Source", "Licence as stated", "Images", "Altered copies may be shared"],
    textColumns: [0, 1, 3],
    rows: facts.licences.map(({ source, license, images, derivatives }) => [
      source,
      license ?? "not stated",
      images,
      DERIVATIVES[derivatives],
    ]),
  };
}

const STATUSES = {
  missing: "the file is missing",
  unreadable: "the file cannot be decoded",
  duplicate: "its file, or a copy of its image, is already used in the same split",
} as const;

/** Rows of the cohort that were not used; null where all were. */
export function unusedTable({ run }: RunAnalysis): ContentTable | null {
  const rows = run.cohort.flatMap(({ filename, split, status }) =>
    status === "used" ? [] : [[filename, split ?? "", STATUSES[status]]],
  );
  return rows.length === 0
    ? null
    : {
        label: "Rows that were not used",
        columns: ["File", "Split", "Reason"],
        textColumns: [0, 1, 2],
        rows,
      };
}

/** Rows that were excluded, by reason. */
export function exclusionText({ run }: RunAnalysis): string {
  const count = (status: string) => run.cohort.filter((row) => row.status === status).length;
  return `${count("missing")} missing, ${count("unreadable")} unreadable, ${count("duplicate")} duplicate`;
}

/** Whether splits or folds share patients or files. */
export function partitionText(analysis: RunAnalysis): string {
  if (!isHoldout(analysis)) {
    return analysis.groupings
      .map(({ by }) =>
        by === "patient"
          ? `Folds by patient keep all images of a patient in one fold. ${UNKNOWN_PATIENTS}`
          : `Folds by ${by} do not keep the images of a patient together, so a patient can be both trained on and held out.`,
      )
      .join(" ");
  }
  const { run, facts } = analysis;
  const { images, of } = facts.heldOutOfTrainedPatients;
  const rule = splitRuleOf(run.record) === "study" ? "The split is by row, not by patient: " : "";
  const patients =
    images === 0
      ? `No image in “${run.record.heldOut}” is of a patient with a training image. ${UNKNOWN_PATIENTS}`
      : `${rule}${images} of ${plural(of, "image")} in “${run.record.heldOut}” ${images === 1 ? "is" : "are"} of a patient with another image in training.`;
  const files = filesInSeveralSplits(analysis);
  return files === 0
    ? patients
    : `${patients} ${plural(files, "file appears", "files appear")} in more than one split.`;
}

function filesInSeveralSplits({ run }: RunAnalysis): number {
  const splitsOf = new Map<string, Set<string | null>>();
  for (const { path, split, status } of run.cohort) {
    if (status !== "used") continue;
    splitsOf.set(path, (splitsOf.get(path) ?? new Set()).add(split));
  }
  return [...splitsOf.values()].filter(({ size }) => size > 1).length;
}
