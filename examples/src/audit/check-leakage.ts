import type { CopyPair } from "@covidxr/audit";
import { assertNoLeakage, type CohortRow, findLeakage } from "@covidxr/dataset";
import type { AuditOptions } from "../run/options/audit-options.js";
import type { Run } from "../run/run.js";
import { splitIdentities } from "./split-identities.js";

/**
 * Refuses splits that share patients or pictures. The study's own split does, and is kept on purpose: then the reason is
 * printed. Says what training is to do about leakage.
 *
 * @throws {LeakageError} on a split that was meant to have no leaks.
 */
export function checkLeakage(
  rows: readonly CohortRow[],
  copies: readonly CopyPair[],
  { split }: AuditOptions,
  run: Run,
): "refuse" | "allow" {
  const identities = splitIdentities(rows, copies);
  if (split === "patient") {
    assertNoLeakage(identities);
    run.say.line("No patient and no picture is in more than one split.");
    return "refuse";
  }
  const leaks = findLeakage(identities);
  if (leaks.length === 0) return "refuse";
  run.say.line(
    `Training goes on in spite of ${leaks.length} leaks between the splits: --split study keeps the rows where the ` +
      "published study had them, so that its figures can be compared. --split patient has none.",
  );
  return "allow";
}
