import { applyExceptions, type Exception } from "./exceptions/apply-exceptions.js";
import { checkExports } from "./files/check-exports.js";
import { checkLengths } from "./files/check-lengths.js";
import { checkNames } from "./files/check-names.js";
import { checkTests } from "./files/check-tests.js";
import { checkArrows } from "./imports/check-arrows.js";
import { checkCycles } from "./imports/check-cycles.js";
import { checkDependencies } from "./imports/check-dependencies.js";
import type { Fault } from "./repository/fault.js";
import type { Repository } from "./repository/repository.js";
import { checkSpelling } from "./spelling/check-spelling.js";

const CHECKS = [
  checkArrows,
  checkDependencies,
  checkCycles,
  checkExports,
  checkLengths,
  checkNames,
  checkTests,
  checkSpelling,
];

/** Every fault of a repository that no exception excuses, in the order of files and lines. */
export function checkRepository(repository: Repository, exceptions: readonly Exception[]): Fault[] {
  const faults = applyExceptions(
    CHECKS.flatMap((check) => check(repository)),
    exceptions,
  );
  const byPlace = (a: Fault, b: Fault) =>
    a.file === b.file ? (a.line ?? 0) - (b.line ?? 0) : a.file < b.file ? -1 : 1;
  return faults.sort(byPlace);
}
