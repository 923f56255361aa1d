import { identifyImages, patientGroups } from "@covidxr/audit";
import { cacheKey } from "@covidxr/core/files";
import { stratifiedGroupKFold } from "@covidxr/dataset";
import { networkInput } from "@covidxr/image";
import { buildModel, digestWeights, readWeights } from "@covidxr/model";
import { type CrossValidation, crossValidate, type FoldRecord } from "@covidxr/training";
import { comparison, foldTable, pooledTable } from "./cross-validate/print-folds.js";
import { runCommand } from "./run/command.js";
import { type FoldsBy, readCrossValidateOptions } from "./run/options/cross-validate-options.js";
import { useTensorFlow } from "./run/tensorflow.js";
import { versions } from "./run/versions.js";
import { writeRunReport } from "./run/write-report.js";
import { calibrateOnImages } from "./study/calibrate-on-images.js";
import { describeModel } from "./study/describe-model.js";
import { scoreFold } from "./study/figures.js";
import { loadCohort } from "./study/load-cohort.js";
import { openStudy } from "./study/open-study.js";
import { extractWithProgress } from "./study/training-images.js";
import { trainingSettings } from "./study/training-settings.js";
import { withEngine } from "./study/with-engine.js";

// Trains and tests the study's model fold by fold; each step is a call into the packages.
await runCommand("folds", readCrossValidateOptions, async (options, run, signal) => {
  const study = await openStudy(options, run, signal);
  const cohort = await loadCohort(study, { ...options, split: "study" }, run, signal);
  const { rows, prepared, imageOf } = cohort;
  const used = rows.filter((row) => row.status === "used");

  // Features: computed once for all folds, of the images as they are.
  await useTensorFlow();
  const base = await buildModel(options);
  if (options.weights === "random") await calibrateOnImages(base, used.map(imageOf), options, run);
  const sources = used.map((row) => networkInput(imageOf(row), options.preprocessing));
  const values = await extractWithProgress(base, sources, "Extracting features", options, run, signal);
  const labels = used.map((row) => row.label);
  // Every fold starts from the backbone that the features were computed with; its head by the seed.
  const backbone = readWeights(base);

  // Folds: by patient, where patients who share a picture count as one, and as the study drew its rows.
  const { copies } = await cohort.pictures();
  const patients = patientGroups(rows, copies).filter((_, i) => rows[i]!.status === "used");
  const images = used.map((row) => imageOf(row).key);
  const key = cacheKey(run.folder.record.settings, images, labels, patients, digestWeights(base));
  const results = new Map<FoldsBy, CrossValidation>();
  const description = await withEngine(base, options, run, async (engine) => {
    for (const by of options.by) {
      const groups = by === "patient" ? { groups: patients } : {};
      if (!options.resume) await run.folder.clearFolds(by);
      const completed = await run.folder.savedFolds<FoldRecord>(by, key);
      const result = await run.stage(`training by ${by}`, `Training by ${by}`, "epochs", (onProgress) =>
        crossValidate({
          images: { values, labels, origins: identifyImages(used, copies) },
          repeats: options.seeds.map((seed) => ({
            seed,
            folds: stratifiedGroupKFold(labels, { folds: options.folds, seed, ...groups }),
          })),
          model: (seed) => buildModel({ ...options, seed, backbone }),
          train: () => trainingSettings(options),
          score: scoreFold(options.threshold),
          ...(options.earlyStopping !== undefined && {
            validation: { share: options.validationShare, ...groups },
          }),
          // Folds by row part patients on purpose: beside those by patient they show what that is worth.
          leakage: by === "row" ? "allow" : "refuse",
          engine,
          completed,
          onFold: (record) => run.folder.saveFold(by, key, record),
          onProgress: ({ foldsDone, foldsTotal, epoch, step, steps }) =>
            onProgress({
              done: foldsDone * options.epochs + epoch - (step === steps ? 0 : 1),
              total: foldsTotal * options.epochs,
            }),
          signal,
        }),
      );
      results.set(by, result);
      run.say.block(`Folds by ${by}: ${groupsIn(by, patients)} in ${options.folds} folds`);
      run.say.line(foldTable(result));
    }
    return engine.description;
  });

  await run.folder.writeFolds(used, new Map([...results].map(([by, { folds }]) => [by, folds])));
  await run.folder.finish({
    synthetic: study.synthetic,
    digests: study.digests,
    engine: description,
    model: describeModel(base),
    decoder: prepared.decoder,
    // Early stopping watches images held out of a fold's training ones; without it none are watched.
    ...(options.earlyStopping !== undefined && { validation: "train" }),
    versions: await versions(),
    seconds: run.seconds(),
    peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
  });
  run.say.block(`Mean and standard deviation over folds, positive above ${options.threshold}`);
  run.say.line(comparison(results));
  const analysis = await writeRunReport(options.output, run.say);
  run.say.block(pooledTable(analysis));
  run.say.end(options.output, run.seconds().total!, study.synthetic);
});

function groupsIn(by: FoldsBy, patients: readonly string[]): string {
  return by === "row" ? `${patients.length} rows` : `${new Set(patients).size} patients or files`;
}
