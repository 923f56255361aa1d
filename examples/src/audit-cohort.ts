import { assertNoLeakage } from "@covidxr/dataset";
import { addProbes, auditStudy } from "./audit/audit-study.js";
import { openMasks } from "./audit/open-masks.js";
import { auditLines, probeLines } from "./audit/print-audit.js";
import { probeStudy } from "./audit/probe-study.js";
import { splitIdentities } from "./audit/split-identities.js";
import { runCommand } from "./run/command.js";
import { readAuditCohortOptions } from "./run/options/audit-cohort-options.js";
import { useTensorFlow } from "./run/tensorflow.js";
import { loadCohort } from "./study/load-cohort.js";
import { openStudy } from "./study/open-study.js";

/** Cases that are printed under a finding; `audit.txt` has all of them. */
const PRINTED_ITEMS = 12;

// Looks for what a reviewer would find in a cohort, without training a model.
await runCommand("audit", readAuditCohortOptions, async (options, run, signal) => {
  const study = await openStudy(options, run, signal);
  const cohort = await loadCohort(study, options, run, signal);
  const masks = await openMasks(cohort.rows, options);
  const checked = await auditStudy(cohort, options, run);
  run.say.block(auditLines(checked, { items: PRINTED_ITEMS }).join("\n"));

  if (options.probes === "backbone") await useTensorFlow();
  const probes = await probeStudy(cohort, { model: undefined, masks, auc: null }, options, run, signal);
  const audit = probes === null ? checked : await addProbes(checked, probes, run);
  if (probes !== null) run.say.block(probeLines(probes).join("\n"));

  const text = [
    ...auditLines(audit, { items: Number.POSITIVE_INFINITY }),
    "",
    ...(probes ? probeLines(probes) : []),
  ];
  await run.folder.writeAuditText(`${text.join("\n").trimEnd()}\n`);
  await run.folder.finish({
    synthetic: study.synthetic,
    digests: study.digests,
    seconds: run.seconds(),
  });
  run.say.end(options.output, run.seconds().total!, study.synthetic);
  if (options.strict) assertNoLeakage(splitIdentities(cohort.rows, (await cohort.pictures()).copies));
});
