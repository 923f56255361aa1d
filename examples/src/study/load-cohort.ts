import { join } from "node:path";
import {
  assertUsable,
  balance,
  type CohortRow,
  cohortFlow,
  cohortFromList,
  countFindings,
  countLabels,
  filterRecords,
  groupFindings,
  listImages,
  locateFiles,
  markUnreadable,
  RandomState,
  readMetadata,
  readStudyList,
  STUDY_FINDINGS,
  STUDY_LAYOUT,
  splitCohort,
  summarizeSplits,
  writeCohort,
} from "@covidxr/dataset";
import { type PreparedImage, type PreparedImages, prepareImages } from "@covidxr/image";
import type { ResumableOptions } from "../run/options/recorded-options.js";
import type { StudyOptions } from "../run/options/study-options.js";
import type { Run } from "../run/run.js";
import { describeDataset } from "./describe-dataset.js";
import type { OpenStudy } from "./open-study.js";
import { CLASSES, PUBLISHED_FIGURES } from "./published.js";
import { saveThumbnails } from "./save-thumbnails.js";

/** The radiographs that the study selects. */
const RADIOGRAPHS = { modality: "X-ray", view: "PA" } as const;

/** The study's rows and the pixels of those that take part. */
export interface LoadedCohort {
  /** All rows, used or not, with their splits. */
  readonly rows: readonly CohortRow[];
  readonly prepared: PreparedImages;
  /** Pixels of a used row. */
  imageOf(row: CohortRow): PreparedImage;
}

/** From metadata to decoded images: records, labels, cohort, split, files. Leaves them in the run's folder, too. */
export async function loadCohort(
  study: OpenStudy,
  options: StudyOptions & ResumableOptions,
  run: Run,
  signal: AbortSignal,
): Promise<LoadedCohort> {
  const inStudy = (path: string): string => join(study.folder, path);

  // Records: PA X-rays, labelled by their findings.
  const records = await readMetadata(inStudy(STUDY_LAYOUT.metadata));
  const radiographs = filterRecords(records, RADIOGRAPHS);
  run.say.findings(records.length, countFindings(radiographs));
  const labelled = groupFindings(radiographs, STUDY_FINDINGS);

  // Cohort: normals even the classes out, by the study's own draw or by a new one.
  const balanced = options.redraw
    ? balance(labelled, await listImages(inStudy(STUDY_LAYOUT.normals)), new RandomState(options.seed))
    : cohortFromList(await readStudyList(inStudy(STUDY_LAYOUT.list)), labelled);
  run.say.labels(countLabels(labelled), countLabels(balanced));

  // Split: over all rows, whether their files are there or not.
  const split = splitCohort(balanced);
  run.say.splits(summarizeSplits(split));

  // Images: every file is decoded once, before long work begins.
  const located = await locateFiles(split, study.folder, { signal });
  const files = located.filter((row) => row.status === "used").map((row) => inStudy(row.path));
  const prepared = await run.stage("prepare", "Reading images", "images", (onProgress) =>
    prepareImages(files, { ...options, cacheFolder: join(options.cache, "pixels"), onProgress, signal }),
  );
  const rows = markUnreadable(
    located,
    located.filter((row) => prepared.failures.some((f) => f.path === inStudy(row.path))).map((r) => r.path),
  );
  run.say.unusable(rows, prepared.failures);
  await writeCohort(run.file("cohort.csv"), rows);
  const steps = cohortFlow({ records, filter: RADIOGRAPHS, labelled, rows });
  await run.writeJson("cohort-flow.json", { steps });
  await run.record({
    classes: CLASSES,
    dataset: describeDataset(rows, study.synthetic),
    published: study.isPublished ? PUBLISHED_FIGURES : null,
  });
  assertUsable(rows);
  const imageOf = (row: CohortRow): PreparedImage => prepared.images.get(inStudy(row.path))!;
  await saveThumbnails({ rows, imageOf, run, resume: options.resume, signal });
  return { rows, prepared, imageOf };
}
