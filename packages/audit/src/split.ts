import { createRng, InvalidArgumentError } from "@covidxr/core";
import { checkArguments, checkNumber, checkOptions, DisjointSets } from "@covidxr/core/internal";
import { type CohortRow, patientKey } from "@covidxr/dataset/cohort";
import { balanceParts, gatherGroups, SPLIT, SPLIT_DEFAULTS } from "@covidxr/dataset/cohort-internal";
import type { CohortSplitOptions, ImageIdentity } from "@covidxr/dataset/internal";
import type { CopyPair } from "./copies/find-copies.js";

/**
 * Groups rows that must stay in one split or fold: all rows of a patient, and all rows of patients who share a file or an
 * image, directly or through others. A row of an unknown patient is grouped by its file.
 *
 * @param copies Files that show the same image, by the rows' paths ({@link findCopies}). @defaultValue none
 * @returns One group name for each row, in their order.
 * @throws {InvalidArgumentError} when `copies` has a path that no row has.
 */
export function patientGroups(
  rows: readonly Pick<CohortRow, "path" | "patientId">[],
  copies: readonly Pick<CopyPair, "first" | "second">[] = [],
): string[] {
  checkArguments({ rows, copies }, { rows: "objects", copies: "objects" });
  const sets = new DisjointSets();
  const fileOf = (path: string): string => `file:${path}`;
  const paths = new Set<string>();
  for (const row of rows) {
    paths.add(row.path);
    sets.join(fileOf(row.path), patientKey(row));
  }
  for (const { first, second } of copies) {
    for (const path of [first, second]) {
      if (paths.has(path)) continue;
      throw new InvalidArgumentError({
        parameter: "copies",
        value: path,
        message: `expected paths of the rows, got "${path}"; use the paths of the rows`,
      });
    }
    sets.join(fileOf(first), fileOf(second));
  }
  return rows.map(({ path }) => sets.find(fileOf(path)));
}

/**
 * Identifies the image of each row for `assertNoLeakage` and `train`: its file, its patient, and the image that it shares
 * with its copies, directly or through others. All rows of one image get one name for it.
 *
 * @param copies Files that show the same image, by the rows' paths ({@link findCopies}).
 * @returns One identity for each row, in their order.
 */
export function identifyImages(
  rows: readonly Pick<CohortRow, "path" | "patientId">[],
  copies: readonly CopyPair[],
): ImageIdentity[] {
  checkArguments({ rows, copies }, { rows: "objects", copies: "objects" });
  const images = new DisjointSets();
  for (const { first, second } of copies) images.join(first, second);
  const shared = new Set(copies.flatMap(({ first, second }) => [first, second]));
  return rows.map(({ path, patientId }) => ({
    path,
    patientId,
    ...(shared.has(path) && { imageId: images.find(path) }),
  }));
}

/**
 * Keeps one row of each image: of the used rows with the same file, or with copies of it, directly or through others, the
 * first stays and the later ones get the status `duplicate`. Rows, order and splits are unchanged.
 *
 * The first row decides on split, class and patient where rows disagree (the audit reports where they do). Call it before
 * splitting, or after {@link splitByPatient} with `copies`, which keeps all rows of an image in one split.
 *
 * @param copies Files that show the same image, by the rows' paths ({@link findCopies}). @defaultValue none: same path only
 */
export function deduplicate(rows: readonly CohortRow[], copies: readonly CopyPair[] = []): CohortRow[] {
  checkArguments({ rows, copies }, { rows: "objects", copies: "objects" });
  const images = new DisjointSets();
  for (const { first, second } of copies) images.join(first, second);
  const taken = new Set<string>();
  return rows.map((row) => {
    if (row.status !== "used") return row;
    const image = images.find(row.path);
    if (taken.has(image)) return { ...row, status: "duplicate" };
    taken.add(image);
    return row;
  });
}

/** Options of {@link splitByPatient}. */
export interface SplitByPatientOptions extends CohortSplitOptions {
  /** Files that show the same image ({@link findCopies}); their patients stay together. @defaultValue none */
  readonly copies?: readonly Pick<CopyPair, "first" | "second">[];
}

/**
 * Splits a cohort in three without leaks: rows of one patient, of one file, or of files that show the same image stay
 * together, directly or through others. As far as these groups allow, each split has the requested size and the cohort's
 * class proportions.
 *
 * Groups are assigned in random order, each to the split where it brings the counts of both classes nearest to those
 * requested (χ²: squared deviation over expected count). Then single groups move, or pairs of groups swap, while that
 * lowers χ². A class that at least three groups have is in every split. The names of patients and the status of rows play
 * no part: missing files are split as well.
 *
 * @returns The rows in their order with `split` set.
 * @throws {InvalidArgumentError} on a size or seed out of range, too few rows or groups for three non-empty splits, or a
 * path in `copies` that no row has.
 *
 * @example
 * ```ts
 * import { splitByPatient } from "@covidxr/audit";
 * import { assertNoLeakage, cohortFromRecords, groupFindings, readClassFolders } from "@covidxr/dataset";
 *
 * const images = await readClassFolders("images", { patientOf: (path) => path.split("-")[0] ?? null });
 * const rows = cohortFromRecords(groupFindings(images.records, { positive: ["covid"] }), images);
 * const cohort = splitByPatient(rows, { seed: 0 });
 * const part = (split: string) => cohort.filter((row) => row.split === split);
 * assertNoLeakage({ train: part("train"), validation: part("validation"), test: part("test") });
 * console.log(part("train").length, part("validation").length, part("test").length); // 16 4 4
 * ```
 */
export function splitByPatient(rows: readonly CohortRow[], options: SplitByPatientOptions): CohortRow[] {
  checkArguments({ rows }, { rows: "objects" });
  checkOptions(options, { ...SPLIT, copies: "objects?" });
  const { seed, copies = [] } = options;
  const {
    testSize = SPLIT_DEFAULTS.testSize,
    validationSize = SPLIT_DEFAULTS.validationSize,
    splits = SPLIT_DEFAULTS.splits,
  } = options;
  const sizes = sizesOf(rows.length, testSize, validationSize);
  const groups = gatherGroups(
    rows.map(({ label }) => label),
    patientGroups(rows, copies),
  );
  if (groups.length < splits.length) {
    throw new InvalidArgumentError({
      parameter: "rows",
      value: groups.length,
      message:
        `expected at least ${splits.length} groups of patients, files and images, one for each split, got ` +
        `${groups.length}; add patients`,
    });
  }
  const order = createRng(seed, { purpose: "split by patient" }).permutation(groups.length);
  const drawn = Array.from(order, (group) => groups[group]!);
  const counts = drawn.map((group) => group.counts);
  const totals = counts[0]!.map((_, code) => counts.reduce((sum, own) => sum + own[code]!, 0));
  const targets = sizes.map((size) => totals.map((total) => (total * size) / rows.length));
  const enough = totals.map((_, code) => counts.filter((own) => own[code]! > 0).length >= splits.length);
  const placeOf = new Array<number>(rows.length);
  for (const [group, place] of balanceParts(counts, targets, enough).entries()) {
    for (const row of drawn[group]!.rows) placeOf[row] = place;
  }
  return rows.map((row, index) => ({ ...row, split: splits[placeOf[index]!]! }));
}

/** Sizes of training, validation and test split, rounded as in `splitCohort`. */
function sizesOf(rows: number, testSize: number, validationSize: number): number[] {
  checkNumber("testSize", testSize, { above: 0, below: 1 });
  checkNumber("validationSize", validationSize, { above: 0, below: 1 });
  const test = Math.ceil(testSize * rows);
  const validation = Math.ceil(validationSize * (rows - test));
  const training = rows - test - validation;
  if (training > 0 && validation > 0) return [training, validation, test];
  throw new InvalidArgumentError({
    parameter: "rows",
    value: rows,
    message:
      `expected rows for each split, got ${rows}, of which ${Math.max(0, training)} would be left for training, ` +
      `${validation} for validation and ${test} for testing; add rows or hold out fewer`,
  });
}
