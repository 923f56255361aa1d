import { join } from "node:path";
import {
  type CopyPair,
  deduplicate,
  type Fingerprint,
  findCopies,
  fingerprintImages,
  splitByPatient,
} from "@covidxr/audit";
import { EmptySelectionError } from "@covidxr/core";
import { plural } from "@covidxr/core/internal";
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
  splitCohort,
  summarizeSplits,
} from "@covidxr/dataset";
import { type FlowStep, readMetadataTable, STUDY_LAYOUT, studyFlow } from "@covidxr/dataset/internal";
import { balance, cohortFromList, listImages, organize, readStudyList } from "@covidxr/dataset/study";
import { type PreparedImage, prepareImages } from "@covidxr/image";
import type { PreparedImages } from "@covidxr/image/internal";
import type { Run } from "../run/run.js";
import type { Settings } from "../settings/declarations.js";
import type { Source } from "./open-study.js";
import { describeDataset, type PublishedStudy, type StudyDefinition } from "./published.js";
import { saveThumbnails } from "./thumbnails.js";

/** Rows of a study and the pixels of those that are used. */
export interface Cohort extends Source {
  /** All records of the metadata. */
  readonly records: readonly MetadataRecord[];
  /** All rows, used or not, with their splits. */
  readonly rows: readonly CohortRow[];
  readonly prepared: PreparedImages;
  /** Used rows of a split. */
  used(split: string): CohortRow[];
  /** Pixels of a used row. */
  imageOf(row: CohortRow): PreparedImage;
  /** Which files show the same image; compared at the first call. */
  pictures(): Promise<Pictures>;
}

/** Fingerprints of a cohort's images, and which are copies; paths are those of the rows. */
export interface Pictures {
  readonly fingerprints: readonly Fingerprint[];
  readonly copies: readonly CopyPair[];
}

/** Settings that decide the pixels. */
type InputSettings = Pick<Settings, "height" | "width" | "decoder" | "window">;

/** Settings that decide the study's cohort. */
export type CohortSettings = InputSettings & Pick<Settings, "redraw" | "seed" | "split">;

/**
 * From metadata to decoded images: records, labels, cohort, split, files. Writes them to the run's folder, too.
 *
 * @throws {MetadataError} on a table with a missing column or a wrong cell.
 * @throws {InvalidArgumentError} when a split has no usable image of a class.
 */
export async function loadCohort(
  run: Run<CohortSettings>,
  study: PublishedStudy,
  source: Source,
): Promise<Cohort> {
  const { redraw, seed, split: rule } = run.settings;
  const inStudy = (path: string): string => join(source.folder, path);

  // Records: PA X-rays, labelled by their findings.
  const metadata = await readMetadataTable(inStudy(STUDY_LAYOUT.metadata));
  run.say.metadata(metadata);
  const { records } = metadata;
  const radiographs = filterRecords(records, study.radiographs);
  if (radiographs.length === 0) {
    const { modality, view } = study.radiographs;
    throw new EmptySelectionError({
      selection: `${modality} ${view}`,
      message:
        `expected ${view} X-rays of covid-chestxray-dataset in ${inStudy(STUDY_LAYOUT.metadata)}, got none among ` +
        `${plural(records.length, "record")}; fetch the study's own table with --download --replace`,
    });
  }
  run.say.findings(records.length, countFindings(radiographs));
  const labelled = groupFindings(radiographs, study.findings);

  // Cohort: normal images even the classes out, by the study's own draw or by a new one.
  const normals = redraw ? await listImages(inStudy(STUDY_LAYOUT.normals)) : [];
  const balanced = redraw
    ? balance(labelled, normals, new RandomState(seed))
    : cohortFromList(await readStudyList(inStudy(STUDY_LAYOUT.list)), labelled);
  run.say.labels(countLabels(labelled), countLabels(balanced));
  if (redraw) run.say.draw(balanced.length - labelled.length, normals.length);

  // The study's split: over all rows, whether their files are there or not.
  const split = rule === "study" ? splitCohort(balanced, study.split) : balanced;
  if (rule === "study") run.say.splits(summarizeSplits(split, study.split.splits));

  return prepareCohort(run, study, source, {
    records,
    rows: await locateFiles(split, source.folder, { signal: run.signal }),
    // A clean split: drawn once it is known which files show the same image.
    split: async (rows, pictures) => {
      if (rule === "study") return rows;
      const { copies } = await pictures();
      const clean = deduplicate(splitByPatient(rows, { ...study.split, copies }), copies);
      run.say.splits(summarizeSplits(clean, study.split.splits));
      return clean;
    },
    flow: (rows) => studyFlow({ records, filter: study.radiographs, labelled, rows }),
    published: source.isPublished && rule === "study" ? study.published : null,
  });
}

/** What is known of a cohort before its images are read. */
export interface CohortDraft {
  readonly records: readonly MetadataRecord[];
  readonly rows: readonly CohortRow[];
  /** Gives rows their splits once their files were read. */
  readonly split: (rows: CohortRow[], pictures: () => Promise<Pictures>) => Promise<CohortRow[]>;
  readonly flow?: (rows: readonly CohortRow[]) => FlowStep[];
  readonly published: PublishedStudy["published"] | null;
}

/** Reads the images of a cohort, splits it, and writes it to the run's folder. Every file is decoded once, before long work. */
export async function prepareCohort(
  run: Run<InputSettings>,
  study: StudyDefinition,
  source: Source,
  draft: CohortDraft,
): Promise<Cohort> {
  const { height, width, decoder, window } = run.settings;
  const { signal } = run;
  const paths = draft.rows.filter((row) => row.status === "used").map(({ path }) => path);
  const prepared = await run.stage("prepare", "Reading images", "images", (onProgress) =>
    prepareImages(paths, {
      root: source.folder,
      ...{ height, width, method: study.input.method, decoder },
      ...(window !== undefined && { window }),
      cacheFolder: join(run.place.cache, "pixels"),
      onProgress,
      signal,
    }),
  );
  // Where no image can be used, what is wrong with the first one says more than a split without images.
  const [failure] = prepared.failures;
  if (prepared.images.size === 0 && failure !== undefined) {
    run.say.unusable(draft.rows, prepared.failures);
    throw failure.error;
  }
  const unreadable = prepared.failures.map(({ path }) => path);
  const readable = markUnreadable(draft.rows, unreadable);
  let compared: Promise<Pictures> | undefined;
  const pictures = () => {
    compared ??= comparePictures(run, source.folder, readable);
    return compared;
  };
  const rows = await draft.split(readable, pictures);
  run.say.unusable(rows, prepared.failures);
  run.say.remarks(prepared.remarks);
  await run.folder.writeCohort(rows, draft.flow?.(rows));
  await run.folder.update({
    classes: study.classes,
    dataset: describeDataset(rows, source.synthetic),
    published: draft.published,
  });
  requireUsable(rows, study.split.splits, prepared.failures);
  const imageOf = (row: CohortRow): PreparedImage => prepared.images.get(row.path)!;
  await saveThumbnails(run, rows, imageOf);
  if (run.place.organize) await organize(rows, source.folder, run.folder.file("organized"), { signal });
  const used = (split: string) => rows.filter((row) => row.split === split && row.status === "used");
  return { ...source, records: draft.records, rows, prepared, used, imageOf, pictures };
}

/** Asserts that each split has an image of each class; says, too, why files were left out. */
function requireUsable(
  rows: readonly CohortRow[],
  splits: readonly string[],
  [failure, ...others]: PreparedImages["failures"],
): void {
  try {
    assertUsable(rows, splits);
  } catch (error) {
    if (!(error instanceof EmptySelectionError) || failure === undefined) throw error;
    const { selection } = error;
    throw new EmptySelectionError({
      selection,
      message:
        `${error.message.slice(selection.length + 2)}; ${plural(others.length + 1, "file")} could not be used, ` +
        `such as ${failure.error.message}`,
    });
  }
}

/** Looks at every readable file of a cohort at its full size. */
async function comparePictures(
  run: Run<InputSettings>,
  folder: string,
  rows: readonly CohortRow[],
): Promise<Pictures> {
  const { signal } = run;
  const { decoder, window } = run.settings;
  const readable = rows.filter(({ status }) => status === "used" || status === "duplicate");
  const { fingerprints, failures } = await run.stage(
    "fingerprints",
    "Fingerprinting images",
    "images",
    (onProgress) =>
      fingerprintImages(
        readable.map(({ path }) => path),
        {
          root: folder,
          decoder,
          ...(window !== undefined && { window }),
          cacheFolder: join(run.place.cache, "fingerprints"),
          onProgress,
          signal,
        },
      ),
  );
  // Every file was read before; one that cannot be read any more has changed meanwhile.
  for (const { error } of failures) throw error;
  const copies = await run.stage("copies", "Looking for copies", "images", (onProgress) =>
    findCopies(fingerprints, { onProgress, signal }),
  );
  return { fingerprints, copies };
}
