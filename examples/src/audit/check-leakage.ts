import type { CopyPair } from "@covidxr/audit";
import { assertNoLeakage, type CohortRow, findLeakage } from "@covidxr/dataset";
import type { AuditOptions } from "../run/options/audit-options.js";
import type { Run } from "../run/run.js";
import { splitIdentities } from "./split-identities.js";

/**
 * Refuses splits that share patients or pictures. The study's own way of splitting makes such splits, and is kept on
 * purpose: then the reason is printed. Says what training is to do about leakage.
 *
 * @throws {LeakageError} on a split that was meant to have no leaks.
 */
export function checkLeakage(
  rows: readonly CohortRow[],
  copies: readonly CopyPair[],
  { split }: AuditOptions,
  { isPublished }: { readonly isPublished: boolean },
  run: Run,
): "refuse" | "allow" {
  const identities = splitIdentities(rows, copies);
  if (split === "patient") {
    assertNoLeakage(identities);
    run.say.line("No patient and no picture is in more than one split.");
    return "refuse";
  }
  const leaks = findLeakage(identities).length;
  if (leaks === 0) return "refuse";
  const reason = isPublished
    ? "keeps the rows where the published study had them, so that its figures can be compared"
    : "draws rows one by one, as the published study did";
  run.say.line(
    `Training goes on in spite of ${leaks} ${leaks === 1 ? "leak" : "leaks"} between the splits: --split study ${reason}. ` +
      "--split patient has none.",
  );
  return "allow";
}
