import {
  type AuditRecord,
  auditCohort,
  describeRows,
  type ProbesAudit,
  probeFindings,
  sortFindings,
} from "@covidxr/audit";
import type { Run } from "../run/run.js";
import type { LoadedCohort } from "../study/load-cohort.js";

/** Checks a cohort's records and files, prints what was found and leaves it as `audit.json`. */
export async function auditStudy(
  { records, rows, pictures }: LoadedCohort,
  { seed }: { readonly seed: number },
  run: Run,
): Promise<AuditRecord> {
  const { fingerprints, copies } = await pictures();
  const described = describeRows(rows, records);
  const cohort = auditCohort(described, { fingerprints, copies, records, now: run.folder.started, seed });
  const audit: AuditRecord = {
    version: 1,
    rows: rows.length,
    images: fingerprints.length,
    ...cohort,
    probes: null,
  };
  await run.folder.writeAudit(audit);
  return audit;
}

/** Adds probes to what an audit left. */
export async function addProbes(audit: AuditRecord, probes: ProbesAudit, run: Run): Promise<AuditRecord> {
  const findings = sortFindings([...audit.findings, ...probeFindings(probes.results, audit)]);
  const whole: AuditRecord = { ...audit, findings, probes };
  await run.folder.writeAudit(whole);
  return whole;
}
