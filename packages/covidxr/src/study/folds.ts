import { identifyImages, patientGroups } from "@covidxr/audit";
import { cacheKey } from "@covidxr/core/files";
import { plural } from "@covidxr/core/internal";
import { stratifiedGroupKFold } from "@covidxr/dataset";
import { accuracy, applyThreshold, confusionMatrix } from "@covidxr/metrics";
import { digestWeights, readWeights } from "@covidxr/model";
import { analyseRun, readRun } from "@covidxr/report";
import type { FoldsRunAnalysis, WrittenReport } from "@covidxr/report/internal";
import { crossValidate, type FoldRecord } from "@covidxr/training";
import type { Run } from "../run/run.js";
import { foldText } from "../run/texts.js";
import type { Settings } from "../settings/declarations.js";
import type { SettingsOf } from "../settings/read-settings.js";
import { loadCohort } from "./load-cohort.js";
import { buildNetwork, extractFeatures, rebuildNetwork } from "./network.js";
import { openStudy } from "./open-study.js";
import { PUBLISHED_STUDY } from "./published.js";
import { finishRun, reportRun } from "./results.js";
import { trainOptions, withEngine } from "./training.js";

/** Settings of a cross-validation; `seed` is the first of `seeds`. */
export type FoldSettings = SettingsOf<"cross-validate"> & Pick<Settings, "seed" | "split">;

/**
 * Cross-validates the study's network on its own cohort: by patient, where patients who share an image count as one, and by
 * row, as the study drew its splits. The difference is what the network gains from knowing the patients.
 */
export async function crossValidateStudy(run: Run<FoldSettings>): Promise<WrittenReport> {
  const { settings, folder } = run;
  const source = await openStudy(run);
  const cohort = await loadCohort(run, PUBLISHED_STUDY, source);
  const { rows, imageOf } = cohort;
  const used = rows.filter((row) => row.status === "used");
  const images = used.map(imageOf);
  const labels = used.map((row) => row.label);

  // Folds: drawn first, so that too many are refused before anything is computed.
  const { copies } = await cohort.pictures();
  const patients = patientGroups(rows, copies).filter((_, i) => rows[i]!.status === "used");
  const groupings = (settings.by === "both" ? (["patient", "row"] as const) : [settings.by]).map((by) => {
    const groups = by === "patient" ? { groups: patients } : {};
    const repeats = settings.seeds.map((seed) => ({
      seed,
      folds: stratifiedGroupKFold(labels, { folds: settings.folds, seed, ...groups }),
    }));
    return { by, groups, repeats };
  });

  // Features: computed once for all folds, of the images as they are.
  const base = await buildNetwork(run, images);
  const values = await extractFeatures(run, base, images);
  // Every fold starts from the backbone that the features were computed with; its head by the seed.
  const backbone = readWeights(base);

  const names = images.map(({ key }) => key);
  const key = cacheKey(folder.record.settings, names, labels, patients, digestWeights(base));
  const results = new Map<string, readonly FoldRecord[]>();
  const engine = await withEngine(run, base, async (opened) => {
    for (const { by, groups, repeats } of groupings) {
      if (!folder.resumed) await folder.clearFolds(by);
      const completed = await folder.savedFolds<FoldRecord>(by, key);
      const { folds } = await run.stage(`training by ${by}`, `Training by ${by}`, "epochs", (onProgress) =>
        crossValidate({
          images: { values, labels, origins: identifyImages(used, copies) },
          repeats,
          model: (seed) => rebuildNetwork(run, seed, backbone),
          train: () => trainOptions(settings),
          // The report's analysis has all metrics, with intervals.
          score: (truth, scores) => ({
            accuracy: accuracy(confusionMatrix(truth, applyThreshold(scores, settings.threshold))),
          }),
          ...(settings.earlyStopping !== undefined && {
            validation: { share: settings.validationShare, ...groups },
          }),
          // Folds by row divide patients on purpose: beside those by patient they show what that is worth.
          leakage: by === "row" ? "allow" : "refuse",
          engine: opened,
          completed,
          onFold: (record) => folder.saveFold(by, key, record),
          onProgress: ({ foldsDone, foldsTotal, epoch, step, steps }) =>
            onProgress({
              done: foldsDone * settings.epochs + epoch - (step === steps ? 0 : 1),
              total: foldsTotal * settings.epochs,
            }),
          signal: run.signal,
        }),
      );
      results.set(by, folds);
    }
    return opened.description;
  });

  await folder.writeFolds(used, results);
  // Early stopping validates on images held out of a fold's training ones; without it there are none.
  if (settings.earlyStopping !== undefined) await folder.update({ validation: "train" });
  const analysis = analyseRun(await readRun(folder.folder, { unfinished: true })) as FoldsRunAnalysis;
  for (const grouping of analysis.groupings) {
    const groups =
      grouping.by === "row" ? plural(used.length, "row") : `${new Set(patients).size} patients or files`;
    run.say.block(`Folds by ${grouping.by}: ${groups} in ${settings.folds} folds`);
    run.say.line(foldText(grouping));
  }
  await finishRun(run, PUBLISHED_STUDY, cohort, base, engine);
  base.dispose();
  return reportRun(run, analysis);
}
