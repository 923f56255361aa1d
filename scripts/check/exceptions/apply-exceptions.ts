import type { ExcusableRule, Fault } from "../repository/fault.js";

/** A file that may break a rule. */
export interface Exception {
  readonly rule: ExcusableRule;
  /** Path from the root, with slashes. */
  readonly file: string;
  /** What in the file, where the rule's faults name it. */
  readonly subject?: string;
  /** Why that is better than keeping the rule. */
  readonly reason: string;
}

/** Leaves excused faults out. An exception that excuses nothing is a fault itself: what it was made for is gone. */
export function applyExceptions(faults: readonly Fault[], exceptions: readonly Exception[]): Fault[] {
  const excuses = (exception: Exception, fault: Fault) =>
    exception.rule === fault.rule && exception.file === fault.file && exception.subject === fault.subject;
  return [
    ...faults.filter((fault) => !exceptions.some((exception) => excuses(exception, fault))),
    ...exceptions
      .filter((exception) => !faults.some((fault) => excuses(exception, fault)))
      .map(({ rule, file }) => ({
        rule: "exception" as const,
        file,
        message: `keeps the rule ${rule}; take its exception out of scripts/check/exceptions`,
      })),
  ];
}
