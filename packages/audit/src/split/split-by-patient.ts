import { createRng, InvalidArgumentError } from "@covidxr/core";
import { type CohortRow, SPLITS, STUDY_SPLIT } from "@covidxr/dataset";
import { groupBy } from "../cohort/group-by.js";
import type { CopyPair } from "../copies/copy-pair.js";
import { allotGroups } from "./allot-groups.js";
import { patientGroups } from "./patient-groups.js";

/** Options of {@link splitByPatient}. */
export interface SplitByPatientOptions {
  /** Share of the rows held out for `predict`, between 0 and 1; rounded up to rows. @defaultValue 0.1, the study's */
  readonly predictSize?: number;
  /** Share of the remaining rows for `test`, between 0 and 1; rounded up to rows. @defaultValue 0.2, the study's */
  readonly testSize?: number;
  /** Decides which patients are held out. Safe integer, 0 or more. */
  readonly seed: number;
  /** Files that show one picture ({@link findCopies}); their patients stay together. @defaultValue none */
  readonly copies?: readonly Pick<CopyPair, "first" | "second">[];
}

/** Groups with a class from which on each split can have one of them. */
const ENOUGH_GROUPS = SPLITS.length;

/**
 * Splits a cohort as the study did, in the same sizes, but without leaks: rows of one patient, of one file, or of files
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
 * assertNoLeakage({ train: part("train"), test: part("test"), predict: part("predict") });
 * console.log(part("train").length, part("test").length, part("predict").length); // 16 4 4
 * ```
 */
export function splitByPatient(rows: readonly CohortRow[], options: SplitByPatientOptions): CohortRow[] {
  const { predictSize = STUDY_SPLIT.predictSize, testSize = STUDY_SPLIT.testSize, seed } = options;
  const sizes = sizesOf(rows.length, predictSize, testSize);
  const groups = gatherGroups(rows, options.copies ?? []);
  if (groups.length < SPLITS.length) {
    throw new InvalidArgumentError({
      parameter: "rows",
      value: groups.length,
      message:
        `expected at least ${SPLITS.length} groups of patients, files and pictures, one for each split, got ` +
        `${groups.length}; take more patients`,
    });
  }
  const labels = [...new Set(rows.map(({ label }) => label))].sort();
  const order = createRng(seed, { purpose: "split by patient" }).permutation(groups.length);
  const drawn = Array.from(order, (group) => groups[group]!);
  const counts = drawn.map((members) =>
    labels.map((label) => members.filter((row) => rows[row]!.label === label).length),
  );
  const totals = labels.map((label) => rows.filter((row) => row.label === label).length);
  const targets = sizes.map((size) => totals.map((total) => (total * size) / rows.length));
  const enough = labels.map((_, code) => counts.filter((own) => own[code]! > 0).length >= ENOUGH_GROUPS);
  const placeOf = new Array<number>(rows.length);
  for (const [group, place] of allotGroups(counts, targets, enough).entries()) {
    for (const row of drawn[group]!) placeOf[row] = place;
  }
  return rows.map((row, index) => ({ ...row, split: SPLITS[placeOf[index]!]! }));
}

/** Rows of train, test and predict, as {@link splitCohort} rounds them. */
function sizesOf(rows: number, predictSize: number, testSize: number): number[] {
  for (const [parameter, size] of Object.entries({ predictSize, testSize })) {
    if (size > 0 && size < 1) continue;
    throw new InvalidArgumentError({
      parameter,
      value: size,
      message: `expected a share between 0 and 1, got ${size}`,
    });
  }
  const predict = Math.ceil(predictSize * rows);
  const test = Math.ceil(testSize * (rows - predict));
  const train = rows - predict - test;
  if (train > 0 && test > 0) return [train, test, predict];
  throw new InvalidArgumentError({
    parameter: "rows",
    value: rows,
    message:
      `expected rows for each split, got ${rows}, of which ${Math.max(0, train)} would be left for train, ${test} for test ` +
      `and ${predict} for predict; take more rows or hold out less`,
  });
}

/** Row numbers that stay together, in the order of their first. */
function gatherGroups(
  rows: readonly CohortRow[],
  copies: readonly Pick<CopyPair, "first" | "second">[],
): number[][] {
  const names = patientGroups(rows, copies);
  return [...groupBy([...rows.keys()], (row) => names[row]!).values()];
}
