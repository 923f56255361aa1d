import { headlineAuc } from "@covidxr/report";
import type { WrittenReport } from "@covidxr/report/internal";
import type { Run } from "../run/run.js";
import type { Settings } from "../settings/declarations.js";
import type { SettingsOf } from "../settings/read-settings.js";
import { type Audit, auditCohort, checkLeakage } from "./audit.js";
import { type Cohort, loadCohort } from "./load-cohort.js";
import { buildNetwork } from "./network.js";
import { openStudy } from "./open-study.js";
import { probeShortcuts } from "./probes.js";
import { PUBLISHED_STUDY, type StudyDefinition } from "./published.js";
import { evaluateNetwork, finishRun, reportRun, saveNetwork } from "./results.js";
import { extractCohort, type TrainSettings, trainNetwork } from "./training.js";

/** The published study, from raw files to a report; `examples/src/reproduce.ts` spells its steps out. */
export async function reproduce(run: Run<SettingsOf<"reproduce">>): Promise<WrittenReport> {
  const source = await openStudy(run);
  const cohort = await loadCohort(run, PUBLISHED_STUDY, source);
  const audit = await auditCohort(run, cohort);
  const leakage = await checkLeakage(run, PUBLISHED_STUDY, cohort);
  return trainAndReport(run, PUBLISHED_STUDY, cohort, audit, leakage);
}

/** The second half of a study, which any audited cohort can go through: train, evaluate, probe, save, report. */
export async function trainAndReport(
  run: Run<TrainSettings & Pick<Settings, "threshold">>,
  study: StudyDefinition,
  cohort: Cohort,
  audit: Audit,
  leakage: "refuse" | "allow",
): Promise<WrittenReport> {
  const model = await buildNetwork(run, cohort.used(study.split.splits[0]).map(cohort.imageOf));
  try {
    const features = await extractCohort(run, model, cohort);
    const result = await trainNetwork(run, study, cohort, model, features, leakage);
    const analysis = await evaluateNetwork(run, study, cohort, model, features);
    await probeShortcuts(run, study, cohort, audit, { model, auc: headlineAuc(analysis) });
    await saveNetwork(run, study, cohort, model);
    await finishRun(run, study, cohort, model, result.engine, result);
    return await reportRun(run, analysis);
  } finally {
    model.dispose();
  }
}
