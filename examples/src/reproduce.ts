import { identifyImages, patientGroups } from "@covidxr/audit";
import { createRng } from "@covidxr/core";
import { cacheKey } from "@covidxr/core/files";
import { organize, STUDY_SPLIT } from "@covidxr/dataset/study";
import { networkInput } from "@covidxr/image";
import { buildModel, summary } from "@covidxr/model";
import { analyseRun, findOtherSplit, headlineAuc, isHoldout, readRun } from "@covidxr/report";
import { holdOutGroups, predict, removeCheckpoints, train } from "@covidxr/training";
import { addProbes, auditStudy } from "./audit/audit-study.js";
import { checkLeakage } from "./audit/check-leakage.js";
import { openMasks } from "./audit/open-masks.js";
import { auditLines, probeLines } from "./audit/print-audit.js";
import { probeStudy } from "./audit/probe-study.js";
import { runCommand } from "./run/command.js";
import { readOptions } from "./run/options/reproduce-options.js";
import { useTensorFlow } from "./run/tensorflow.js";
import { writeRunReport } from "./run/write-report.js";
import { calibrateOnImages } from "./study/calibrate-on-images.js";
import { loadCohort } from "./study/load-cohort.js";
import { openStudy } from "./study/open-study.js";
import { saveResults } from "./study/save-results.js";
import { extractWithProgress, trainingImages } from "./study/training-images.js";
import { trainingSettings } from "./study/training-settings.js";
import { withEngine } from "./study/with-engine.js";

// Reproduces the study from raw files to figures; each step is a call into the packages.
await runCommand("holdout", readOptions, async (options, run, signal) => {
  const study = await openStudy(options, run, signal);
  const cohort = await loadCohort(study, options, run, signal);
  const { rows, prepared, imageOf } = cohort;
  if (options.organize) await organize(rows, study.folder, run.folder.file("organized"), { signal });
  const used = (name: string) => rows.filter((row) => row.split === name && row.status === "used");

  const masks = await openMasks(rows, options);

  // Audit: what a reviewer would find; leaks are refused unless the published split is asked for.
  const audit = await auditStudy(cohort, options, run);
  run.say.block(auditLines(audit, { items: 0 }).join("\n"));
  const { copies } = await cohort.pictures();
  const ofSplit = checkLeakage(rows, copies, options, study, run);

  // Model: VGG19 with the study's head; the last three backbone layers and the head train.
  await useTensorFlow();
  const model = await buildModel(options);
  if (options.weights === "random") await calibrateOnImages(model, used("train").map(imageOf), options, run);
  run.say.block(summary(model));

  // Features: the frozen layers see each image once.
  const images = [...prepared.images.values()];
  const sources = images.map((image) => networkInput(image, options.preprocessing));
  const features = await extractWithProgress(model, sources, "Extracting features", options, run, signal);
  const featuresOf = new Map(images.map((image, i) => [image, features[i]!]));
  const labelled = (of: readonly (typeof rows)[number][]) => ({
    values: of.map((row) => featuresOf.get(imageOf(row))!),
    labels: of.map((row) => row.label),
    origins: identifyImages(of, copies),
  });

  // Training: the study watches `test`; what early stopping watches is held out of `train`. `predict` is not looked at.
  const { learnt, watched, leakage } = holdOut();
  const { training, dispose } = await trainingImages(
    model,
    learnt.map(imageOf),
    labelled(learnt),
    options,
    run,
    signal,
  );
  const result = await withEngine(model, options, run, (engine) =>
    run.stage("training", "Training", "steps", () =>
      train(model, {
        ...trainingSettings(options),
        seed: options.seed,
        training,
        validation: labelled(watched),
        leakage,
        engine,
        checkpoint: { folder: run.folder.file("checkpoints"), key: dataKey(), resume: options.resume },
        onResume: ({ history, damaged }) => run.resumeAt(history, damaged),
        onEpoch: (epoch) => run.epoch(epoch, options.epochs),
        signal,
      }),
    ),
  ).finally(dispose);
  if (result.stoppedEarly) run.say.line(`Stopped early: the weights are those of epoch ${result.epoch}.`);

  // Figures: a probability above the threshold is positive.
  const probabilities: number[] = [];
  for (const name of STUDY_SPLIT.splits)
    probabilities.push(...(await predict(model, labelled(used(name)).values)));
  await run.folder.writePredictions(STUDY_SPLIT.splits.flatMap(used), probabilities);
  await run.folder.update({ heldOut: "predict" });
  const metrics = analyseRun(await readRun(options.output, { unfinished: true }));

  // Probes: how well the label is told from what must not tell it, beside the model's own figure.
  const probes = await probeStudy(cohort, { model, masks, auc: headlineAuc(metrics) }, options, run, signal);
  if (probes !== null) await addProbes(audit, probes, run);
  await saveResults({ run, study, options, model, result, prepared });
  await removeCheckpoints(run.folder.file("checkpoints"));
  await run.folder.writeOtherSplit(await findOtherSplit(options.output));
  if (isHoldout(metrics)) run.say.results(metrics);
  if (probes !== null) run.say.block(probeLines(probes).join("\n"));
  const analysis = await writeRunReport(metrics, run.say);
  if (analysis.published) run.say.published(analysis.published);
  if (isHoldout(analysis) && analysis.bothSplits) run.say.bothSplits(analysis.bothSplits);
  run.say.end(options.output, run.seconds().total!, study.synthetic);

  /** Training rows that are learnt from, rows that are watched after each epoch, and whether they may know each other. */
  function holdOut() {
    const train = used("train");
    if (options.earlyStopping === undefined)
      return { learnt: train, watched: used("test"), leakage: ofSplit };
    const names = patientGroups(rows, copies);
    const groups = rows.flatMap((row, i) => (train.includes(row) ? [names[i]!] : []));
    const { training, validation } = holdOutGroups(
      train.map((_, i) => i),
      train.map((row) => row.label),
      { share: options.validationShare, groups },
      createRng(options.seed, { purpose: "validation" }),
    );
    // Watched images are drawn here, patient by patient: nothing excuses a leak.
    return {
      learnt: training.map((i) => train[i]!),
      watched: validation.map((i) => train[i]!),
      leakage: "refuse" as const,
    };
  }

  /** Names everything that the training and validation features were made from. */
  function dataKey(): string {
    const { preprocessing, augmentation, variants, featurePrecision } = options;
    const keys = [learnt, watched].map((of) => of.map((row) => [imageOf(row).key, row.label]));
    return cacheKey(study.digests, keys, preprocessing, augmentation, variants, featurePrecision);
  }
});
