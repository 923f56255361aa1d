import { createRng, InvalidArgumentError } from "@covidxr/core";
import { checkNumber, DisjointSets } from "@covidxr/core/internal";
import { type CohortRow, type CohortSplitOptions, type ImageIdentity, patientKey } from "@covidxr/dataset";
import { balanceParts, gatherGroups, SPLIT_DEFAULTS } from "@covidxr/dataset/internal";
import type { CopyPair } from "./copies/find-copies.js";

/**
 * Names for each row what must stay on one side of a split: its patient, with all who share a file or a picture with that
 * patient, directly or by others. A row of unknown patient goes with its file.
 *
 * @param copies Files that show one picture, by the rows' paths ({@link findCopies}). @defaultValue none
 * @returns One name for each row, equal for rows that belong together; good for folds, too.
 * @throws {InvalidArgumentError} on a path in `copies` that no row has.
 */
export function patientGroups(
  rows: readonly Pick<CohortRow, "path" | "patientId">[],
  copies: readonly Pick<CopyPair, "first" | "second">[] = [],
): string[] {
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
        message: `expected paths of the rows, got "${path}"; name files as the rows do`,
      });
    }
    sets.join(fileOf(first), fileOf(second));
  }
  return rows.map(({ path }) => sets.find(fileOf(path)));
}

/**
 * Says which image each row is, as `assertNoLeakage` and `train` ask: its file, its patient, and the picture that it shares
 * with copies, directly or by others. Rows of one picture have one name for it, whichever of them are given.
 *
 * @param copies Files that show one picture, by the rows' paths ({@link findCopies}).
 * @returns One identity for each row, in their order.
 */
export function identifyImages(
  rows: readonly Pick<CohortRow, "path" | "patientId">[],
  copies: readonly CopyPair[],
): ImageIdentity[] {
  const pictures = new DisjointSets();
  for (const { first, second } of copies) pictures.join(first, second);
  const shared = new Set(copies.flatMap(({ first, second }) => [first, second]));
  return rows.map(({ path, patientId }) => ({
    path,
    patientId,
    ...(shared.has(path) && { picture: pictures.find(path) }),
  }));
}

/**
 * Lets each picture take part once: of the used rows that have the same file, or files that are copies of one another,
 * directly or by others, the first stays and the later ones get the status `duplicate`. Rows, order and splits stay.
 *
 * The first row decides: its split, and its class and patient where the rows disagree (the audit says where they do). Use
 * it before splitting, or after {@link splitByPatient} with `copies`, which puts all rows of a picture into one split.
 *
 * @param copies Files that show one picture, by the rows' paths ({@link findCopies}). @defaultValue none: same path only
 */
export function deduplicate(rows: readonly CohortRow[], copies: readonly CopyPair[] = []): CohortRow[] {
  const pictures = new DisjointSets();
  for (const { first, second } of copies) pictures.join(first, second);
  const taken = new Set<string>();
  return rows.map((row) => {
    if (row.status !== "used") return row;
    const picture = pictures.find(row.path);
    if (taken.has(picture)) return { ...row, status: "duplicate" };
    taken.add(picture);
    return row;
  });
}

/** Options of {@link splitByPatient}. */
export interface SplitByPatientOptions extends CohortSplitOptions {
  /** Files that show one picture ({@link findCopies}); their patients stay together. @defaultValue none */
  readonly copies?: readonly Pick<CopyPair, "first" | "second">[];
}

/**
 * Splits a cohort in three without leaks: rows of one patient, of one file, or of files
 * that show one picture stay together, directly or by others. As far as such groups allow, each split has the classes in
 * the cohort's shares, and its size.
 *
 * Groups come in random order and go where they bring counts nearest to what is asked for (in the sense of χ²: squared
 * deviations over expected counts, of each class in each split); then single groups move, or change places in pairs, as
 * long as that falls. A class that at least three groups have is in every split. What patients are called plays no part,
 * nor does the status of a row: the split is over all rows, whether their files are there or not.
 *
 * @returns The rows in their order with `split` set.
 * @throws {InvalidArgumentError} on a size out of range, too few rows or groups for three splits that are not empty, a path
 * in `copies` that no row has, or a seed out of range.
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
  const { testSize, validationSize, splits, seed, copies = [] } = { ...SPLIT_DEFAULTS, ...options };
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
        `expected at least ${splits.length} groups of patients, files and pictures, one for each split, got ` +
        `${groups.length}; take more patients`,
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

/** Rows of each split, as {@link splitCohort} rounds them. */
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
      `${validation} for validation and ${test} for the test; take more rows or hold out less`,
  });
}
