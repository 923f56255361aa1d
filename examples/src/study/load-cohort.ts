import { join } from "node:path";
import { deduplicate, splitByPatient } from "@covidxr/audit";
import {
  assertUsable,
  type CohortRow,
  countFindings,
  countLabels,
  filterRecords,
  groupFindings,
  locateFiles,
  type MetadataRecord,
  markUnreadable,
  RandomState,
  readMetadata,
  splitCohort,
  summarizeSplits,
} from "@covidxr/dataset";
import {
  balance,
  cohortFromList,
  listImages,
  readStudyList,
  STUDY_FINDINGS,
  STUDY_INPUT,
  STUDY_LAYOUT,
  STUDY_RADIOGRAPHS,
  STUDY_SPLIT,
  studyFlow,
} from "@covidxr/dataset/study";
import { type PreparedImage, type PreparedImages, prepareImages } from "@covidxr/image";
import { comparePictures, type Pictures } from "../audit/compare-pictures.js";
import type { AuditOptions } from "../run/options/audit-options.js";
import type { ResumableOptions } from "../run/options/recorded-options.js";
import type { StudyOptions } from "../run/options/study-options.js";
import type { Run } from "../run/run.js";
import { describeDataset } from "./describe-dataset.js";
import type { OpenStudy } from "./open-study.js";
import { CLASSES, PUBLISHED_FIGURES } from "./published.js";
import { saveThumbnails } from "./save-thumbnails.js";

/** The study's rows and the pixels of those that take part. */
export interface LoadedCohort {
  /** All records of the metadata. */
  readonly records: readonly MetadataRecord[];
  /** All rows, used or not, with their splits. */
  readonly rows: readonly CohortRow[];
  readonly prepared: PreparedImages;
  /** Pixels of a used row. */
  imageOf(row: CohortRow): PreparedImage;
  /** Which files show the same picture; looked at in full at the first call. */
  pictures(): Promise<Pictures>;
}

/** From metadata to decoded images: records, labels, cohort, split, files. Leaves them in the run's folder, too. */
export async function loadCohort(
  study: OpenStudy,
  options: StudyOptions & Pick<AuditOptions, "split"> & ResumableOptions,
  run: Run,
  signal: AbortSignal,
): Promise<LoadedCohort> {
  const inStudy = (path: string): string => join(study.folder, path);

  // Records: PA X-rays, labelled by their findings.
  const records = await readMetadata(inStudy(STUDY_LAYOUT.metadata));
  const radiographs = filterRecords(records, STUDY_RADIOGRAPHS);
  run.say.findings(records.length, countFindings(radiographs));
  const labelled = groupFindings(radiographs, STUDY_FINDINGS);

  // Cohort: normals even the classes out, by the study's own draw or by a new one.
  const normals = options.redraw ? await listImages(inStudy(STUDY_LAYOUT.normals)) : [];
  const balanced = options.redraw
    ? balance(labelled, normals, new RandomState(options.seed))
    : cohortFromList(await readStudyList(inStudy(STUDY_LAYOUT.list)), labelled);
  run.say.labels(countLabels(labelled), countLabels(balanced));
  if (options.redraw) run.say.draw(balanced.length - labelled.length, normals.length);

  // The study's split: over all rows, whether their files are there or not.
  const split = options.split === "study" ? splitCohort(balanced, STUDY_SPLIT) : balanced;
  if (options.split === "study") run.say.splits(summarizeSplits(split, STUDY_SPLIT.splits));

  // Images: every file is decoded once, before long work begins.
  const located = await locateFiles(split, study.folder, { signal });
  const files = located.filter((row) => row.status === "used").map((row) => inStudy(row.path));
  const prepared = await run.stage("prepare", "Reading images", "images", (onProgress) =>
    prepareImages(files, {
      ...options,
      method: STUDY_INPUT.method,
      cacheFolder: join(options.cache, "pixels"),
      onProgress,
      signal,
    }),
  );
  const readable = markUnreadable(
    located,
    located.filter((row) => prepared.failures.some((f) => f.path === inStudy(row.path))).map((r) => r.path),
  );
  let compared: Promise<Pictures> | undefined;
  const pictures = () => {
    compared ??= comparePictures(readable, study.folder, options, run, signal);
    return compared;
  };

  // A clean split: drawn when it is known which files show the same picture.
  const rows = options.split === "study" ? readable : await splitWithoutLeaks(readable, pictures);
  if (options.split === "patient") run.say.splits(summarizeSplits(rows, STUDY_SPLIT.splits));
  run.say.unusable(rows, prepared.failures);
  await run.folder.writeCohort(rows, studyFlow({ records, filter: STUDY_RADIOGRAPHS, labelled, rows }));
  await run.folder.update({
    classes: CLASSES,
    dataset: describeDataset(rows, study.synthetic),
    published: study.isPublished && options.split === "study" ? PUBLISHED_FIGURES : null,
  });
  assertUsable(rows, STUDY_SPLIT.splits);
  const imageOf = (row: CohortRow): PreparedImage => prepared.images.get(inStudy(row.path))!;
  await saveThumbnails({ rows, imageOf, run, resume: options.resume, signal });
  return { records, rows, prepared, imageOf, pictures };
}

/** All images of a patient, and of patients who share a picture, in one split; each picture once. */
async function splitWithoutLeaks(
  rows: readonly CohortRow[],
  pictures: () => Promise<Pictures>,
): Promise<CohortRow[]> {
  const { copies } = await pictures();
  return deduplicate(splitByPatient(rows, { ...STUDY_SPLIT, copies }), copies);
}
