import { InvalidArgumentError } from "@covidxr/core";
import type { MetadataRecord } from "@covidxr/dataset";
import type { CopyPair } from "../copies/find-copies.js";
import { type Finding, sortFindings } from "../findings.js";
import type { Fingerprint } from "../fingerprints/fingerprint.js";
import { type AttributeAssociation, checkAttributes } from "./checks/check-attributes.js";
import { checkBlankImages } from "./checks/check-blank-images.js";
import { checkClasses, type SplitClasses } from "./checks/check-classes.js";
import { checkFiles } from "./checks/check-files.js";
import { checkImages } from "./checks/check-images.js";
import { checkMissingFields, type MissingField } from "./checks/check-missing-fields.js";
import { checkPatients } from "./checks/check-patients.js";
import { checkValues } from "./checks/check-values.js";
import type { AuditedRow } from "./facts.js";

/** What an audit of records and files gives. */
export interface CohortAudit {
  /** Worst first; empty when nothing was found. */
  readonly findings: readonly Finding[];
  /** All attributes, the one that tells most of the label first. */
  readonly attributes: readonly AttributeAssociation[];
  /** All fields, the one whose absence tells most of the label first. */
  readonly missingFields: readonly MissingField[];
  /** Those that rows stand in, in the order train, test, predict. */
  readonly splits: readonly SplitClasses[];
  /** Files that show the same picture, whatever their splits. */
  readonly copies: readonly CopyPair[];
}

/** What an audit needs besides the rows. */
export interface AuditCohortOptions {
  /** Of the rows' files, by the rows' paths; a row without one, such as one whose file is missing, is no fault. */
  readonly fingerprints: readonly Fingerprint[];
  /** Files that show one picture, by the rows' paths. */
  readonly copies: readonly CopyPair[];
  /** Dates behind it are in the future. */
  readonly now: Date;
  /** Decides the draws of the permutation tests. Safe integer, 0 or more. */
  readonly seed: number;
  /**
   * All records of the source, to look at the values of those as well whose images are not in the cohort, and of each one
   * where several are of one file. @defaultValue none: what the rows' facts hold
   */
  readonly records?: readonly MetadataRecord[];
}

/**
 * Asks of a cohort what a reviewer would: do splits share patients, files or pictures; can the class be told from source,
 * view, age, sex, size, shape, format, colour or missing fields; are classes and records sound.
 *
 * Nothing found means that these checks found nothing, not that there is nothing: patients whom no record names, and
 * pictures that are no copies, stay unseen.
 *
 * @param rows Cohort with what is known of its images ({@link describeRows}). Rows without a split take no part in what is
 * about splits.
 * @throws {InvalidArgumentError} when there is no row, `now` is no date, a fingerprint or copy is of a path that no row
 * has, or the seed is out of range.
 *
 * @example
 * ```ts
 * import { auditCohort, describeRows, findCopies, fingerprintImages } from "@covidxr/audit";
 * import { cohortFromRecords, groupFindings, readClassFolders, splitCohort } from "@covidxr/dataset";
 *
 * const images = await readClassFolders("images", { patientOf: (path) => path.split("-")[0] ?? null });
 * const labelled = groupFindings(images.records, { positive: ["covid"] });
 * const rows = splitCohort(cohortFromRecords(labelled, { source: images.source, under: "images" }), { seed: 42 });
 * const { fingerprints } = await fingerprintImages(rows.map(({ path }) => path));
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
  const { fingerprints, copies, now, seed, records = [] } = options;
  checkOptions(rows, options);
  const { attributes, findings: shortcuts } = checkAttributes(rows, fingerprints, { seed });
  const { missingFields, findings: missing } = checkMissingFields(rows, { seed });
  const { splits, findings: classes } = checkClasses(rows, { seed });
  const findings = sortFindings([
    ...checkPatients(rows),
    ...checkFiles(rows, fingerprints, copies),
    ...checkImages(rows, copies),
    ...checkBlankImages(rows, fingerprints),
    ...shortcuts,
    ...missing,
    ...classes,
    ...checkValues(rows, { now, records }),
  ]);
  return { findings, attributes, missingFields, splits, copies };
}

function checkOptions(rows: readonly AuditedRow[], { fingerprints, copies, now }: AuditCohortOptions): void {
  const refuse = (parameter: string, value: unknown, message: string): never => {
    throw new InvalidArgumentError({ parameter, value, message });
  };
  if (rows.length === 0) refuse("rows", rows, "expected at least one row, got none; pass the cohort");
  if (Number.isNaN(now.getTime())) refuse("now", now, "expected a date, got an invalid one; pass new Date()");
  const paths = new Set(rows.map(({ path }) => path));
  const check = (parameter: string, path: string): void => {
    if (paths.has(path)) return;
    refuse(parameter, path, `expected paths of the rows, got "${path}"; name files as the rows do`);
  };
  for (const { path } of fingerprints) check("fingerprints", path);
  for (const { first, second } of copies) for (const path of [first, second]) check("copies", path);
}
