import { InvalidArgumentError } from "@covidxr/core";
import { checkArguments, checkDate, checkOptions } from "@covidxr/core/internal";
import type { MetadataRecord } from "@covidxr/dataset/cohort";
import type { FailedImage } from "@covidxr/image/internal";
import type { CopyPair } from "../copies/find-copies.js";
import { type Finding, sortFindings } from "../findings.js";
import type { Fingerprint } from "../fingerprints/fingerprint.js";
import { type AttributeAssociation, checkAttributes } from "./checks/check-attributes.js";
import { checkBlankImages } from "./checks/check-blank-images.js";
import { checkClasses, type SplitClasses } from "./checks/check-classes.js";
import { checkFiles } from "./checks/check-files.js";
import { checkImages } from "./checks/check-images.js";
import { checkIncompleteImages } from "./checks/check-incomplete-images.js";
import { checkMissingFields, type MissingField } from "./checks/check-missing-fields.js";
import { checkPatients } from "./checks/check-patients.js";
import { checkUnusableFiles } from "./checks/check-unusable-files.js";
import { checkValues } from "./checks/check-values.js";
import type { AuditedRow } from "./facts.js";

/** Result of an audit of records and files. */
export interface CohortAudit {
  /** Worst first; empty when nothing was found. */
  readonly findings: readonly Finding[];
  /** All attributes, the one most associated with the label first. */
  readonly attributes: readonly AttributeAssociation[];
  /** All fields, the one whose absence differs most between classes first. */
  readonly missingFields: readonly MissingField[];
  /** Class counts of each split in use. */
  readonly splits: readonly SplitClasses[];
  /** Files that show the same image, in any splits; as given. */
  readonly copies: readonly CopyPair[];
}

/** Options of {@link auditCohort}. */
export interface AuditCohortOptions {
  /** Of the rows' files, by the rows' paths; rows whose file is missing need none. */
  readonly fingerprints: readonly Fingerprint[];
  /** Files that show the same image, by the rows' paths. */
  readonly copies: readonly CopyPair[];
  /** Files that could not be decoded, by the rows' paths, as `fingerprintImages` lists them. @defaultValue none */
  readonly failures?: readonly FailedImage[];
  /** Later dates are in the future. */
  readonly now: Date;
  /** Seed of the permutation tests. Safe integer, 0 or more. */
  readonly seed: number;
  /**
   * All metadata records, to check those of images outside the cohort too, and every record of a file that has several.
   * @defaultValue none: only the rows' facts are checked
   */
  readonly records?: readonly MetadataRecord[];
}

/**
 * Asks what a reviewer would ask about a cohort: do splits share patients, files or images? Can the class be predicted from
 * source, view, age, sex, image size, aspect ratio, format, colour or missing fields? Are classes and records plausible?
 *
 * An audit without findings does not prove that there are none: it cannot see unnamed patients, or copies that were changed
 * beyond recognition.
 *
 * @param rows Cohort with what is known about its images ({@link describeRows}). Rows without a split are left out of the
 * checks of splits.
 * @throws {InvalidArgumentError} when there are no rows, `now` is invalid, a fingerprint or copy has a path that no row has,
 * or the seed is out of range.
 *
 * @example
 * ```ts
 * import { auditCohort, describeRows, findCopies, fingerprintImages } from "@covidxr/audit";
 * import { cohortFromRecords, groupFindings, readClassFolders, splitCohort } from "@covidxr/dataset";
 *
 * const images = await readClassFolders("images", { patientOf: (path) => path.split("-")[0] ?? null });
 * const labelled = groupFindings(images.records, { positive: ["covid"] });
 * const rows = splitCohort(cohortFromRecords(labelled, { source: images.source }), { seed: 42 });
 * const paths = rows.map(({ path }) => path);
 * const { fingerprints } = await fingerprintImages(paths, { root: images.root });
 * const { findings } = auditCohort(describeRows(rows, []), {
 *   fingerprints,
 *   copies: await findCopies(fingerprints),
 *   now: new Date(),
 *   seed: 0,
 * });
 * console.log(findings[0]?.check, findings[0]?.severity); // patients leak
 * ```
 */
export function auditCohort(rows: readonly AuditedRow[], options: AuditCohortOptions): CohortAudit {
  checkArguments({ rows }, { rows: "objects" });
  checkOptions(options, {
    ...{ fingerprints: "objects", copies: "objects", failures: "objects?", records: "objects?" },
    ...{ now: "object", seed: "number" },
  });
  const { fingerprints, copies, failures = [], now, seed, records = [] } = options;
  checkCohort(rows, options);
  const { attributes, findings: shortcuts } = checkAttributes(rows, fingerprints, { seed });
  const { missingFields, findings: missing } = checkMissingFields(rows, { seed });
  const { splits, findings: classes } = checkClasses(rows, { seed });
  const findings = sortFindings([
    ...checkPatients(rows),
    ...checkFiles(rows, fingerprints, copies),
    ...checkImages(rows, copies),
    ...checkBlankImages(rows, fingerprints),
    ...checkIncompleteImages(rows, fingerprints),
    ...checkUnusableFiles(rows, failures),
    ...shortcuts,
    ...missing,
    ...classes,
    ...checkValues(rows, { now, records }),
  ]);
  return { findings, attributes, missingFields, splits, copies };
}

function checkCohort(
  rows: readonly AuditedRow[],
  { fingerprints, copies, failures = [], now }: AuditCohortOptions,
): void {
  const refuse = (parameter: string, value: unknown, message: string): never => {
    throw new InvalidArgumentError({ parameter, value, message });
  };
  if (rows.length === 0) refuse("rows", rows, "expected at least one row, got none; pass the cohort");
  if (rows.some(({ facts }) => typeof facts !== "object" || facts === null))
    refuse("rows", rows, "expected rows with facts, got one without; pass what describeRows returns");
  checkDate("now", now);
  const paths = new Set(rows.map(({ path }) => path));
  const check = (parameter: string, path: string): void => {
    if (paths.has(path)) return;
    refuse(parameter, path, `expected paths of the rows, got "${path}"; use the paths of the rows`);
  };
  for (const { path } of fingerprints) check("fingerprints", path);
  for (const { path } of failures) check("failures", path);
  for (const { first, second } of copies) for (const path of [first, second]) check("copies", path);
}
