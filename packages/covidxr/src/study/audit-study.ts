import { assertNoLeakage } from "@covidxr/dataset";
import type { Run } from "../run/run.js";
import { auditText, probeText } from "../run/texts.js";
import type { Settings } from "../settings/declarations.js";
import { auditCohort, splitIdentities } from "./audit.js";
import { type CohortSettings, loadCohort } from "./load-cohort.js";
import { useTensorFlow } from "./network.js";
import { openStudy } from "./open-study.js";
import { probeShortcuts } from "./probes.js";
import { PUBLISHED_STUDY } from "./published.js";

/** How an audit on its own ends. */
export interface AuditStudyOptions {
  /** Cases printed under each finding. */
  readonly items: number;
  /** Whether leakage between the splits is an error. */
  readonly strict: boolean;
}

/**
 * Audits the study's cohort without training a model.
 *
 * @throws {LeakageError} when `strict` and the splits share patients or images, after everything is written.
 */
export async function auditStudy(
  run: Run<CohortSettings & Pick<Settings, "preprocessing">>,
  { items, strict }: AuditStudyOptions,
): Promise<void> {
  const source = await openStudy(run);
  const cohort = await loadCohort(run, PUBLISHED_STUDY, source);
  const audit = await auditCohort(run, cohort, { items });
  if (run.place.probes === "backbone") await useTensorFlow();
  const record = await probeShortcuts(run, PUBLISHED_STUDY, cohort, audit);
  if (record.probes) run.say.block(probeText(record.probes));
  const texts = [
    auditText(record, Number.POSITIVE_INFINITY),
    ...(record.probes ? [probeText(record.probes)] : []),
  ];
  await run.folder.writeAuditText(`${texts.join("\n\n")}\n`);
  await run.folder.finish({ seconds: run.seconds() });
  run.say.end(run.folder.folder, run.seconds().total!, source.synthetic);
  const { copies } = await cohort.pictures();
  if (strict) assertNoLeakage(splitIdentities(cohort.rows, copies, PUBLISHED_STUDY.split.splits));
}
