import { join } from "node:path";
import {
  assertUsable,
  balance,
  cohortFromList,
  countFindings,
  countLabels,
  filterRecords,
  groupFindings,
  listImages,
  locateFiles,
  markUnreadable,
  organize,
  RandomState,
  readMetadata,
  readStudyList,
  SPLITS,
  type Split,
  STUDY_FINDINGS,
  STUDY_LAYOUT,
  splitCohort,
  summarizeSplits,
  writeCohort,
} from "@covidxr/dataset";
import { prepareImages } from "@covidxr/image";
import { buildModel, summary } from "@covidxr/model";
import { extractFeatures, predict, sgd, train } from "@covidxr/training";
import { runCommand } from "./run/command.js";
import type { Prediction } from "./run/run-folder.js";
import { useTensorFlow } from "./run/tensorflow.js";
import { calibrateOnImages } from "./study/calibrate-on-images.js";
import { splitFigures, toPredictions } from "./study/figures.js";
import { featureSource } from "./study/inputs.js";
import { openStudy } from "./study/open-study.js";
import { saveResults } from "./study/save-results.js";

// Reproduces the study from raw files to figures; each step is a call into the packages.
await runCommand(async (options, run, signal) => {
  const study = await openStudy(options, run, signal);
  const inStudy = (path: string): string => join(study.folder, path);

  // Records: PA X-rays, labelled by their findings.
  const records = await readMetadata(inStudy(STUDY_LAYOUT.metadata));
  const radiographs = filterRecords(records, { modality: "X-ray", view: "PA" });
  run.say.findings(records.length, countFindings(radiographs));
  const labelled = groupFindings(radiographs, STUDY_FINDINGS);

  // Cohort: normals even the classes out, by the study's own draw or by a new one.
  const balanced = options.redraw
    ? balance(labelled, await listImages(inStudy(STUDY_LAYOUT.normals)), new RandomState(options.seed))
    : cohortFromList(await readStudyList(inStudy(STUDY_LAYOUT.list)), labelled);
  run.say.labels(countLabels(labelled), countLabels(balanced));

  // Split: over all rows, whether their files are there or not.
  const split = splitCohort(balanced);
  run.say.splits(summarizeSplits(split));

  // Images: every file is decoded once, before long work begins.
  const located = await locateFiles(split, study.folder, { signal });
  const files = located.filter((row) => row.status === "used").map((row) => inStudy(row.path));
  const prepared = await run.stage("prepare", "Reading images", "images", (onProgress) =>
    prepareImages(files, { ...options, cacheFolder: join(options.cache, "pixels"), onProgress, signal }),
  );
  const cohort = markUnreadable(
    located,
    located.filter((row) => prepared.failures.some((f) => f.path === inStudy(row.path))).map((r) => r.path),
  );
  run.say.unusable(cohort, prepared.failures);
  await writeCohort(run.file("cohort.csv"), cohort);
  assertUsable(cohort);
  if (options.organize) await organize(cohort, study.folder, run.file("organized"), { signal });

  // Model: VGG19 with the study's head; the last three backbone layers and the head train.
  await useTensorFlow();
  const model = await buildModel(options);
  const used = (name: Split) => cohort.filter((row) => row.split === name && row.status === "used");
  const imageOf = (row: { path: string }) => prepared.images.get(inStudy(row.path))!;
  if (options.weights === "random") await calibrateOnImages(model, used("train").map(imageOf), options, run);
  run.say.block(summary(model));

  // Features: the frozen layers see each image once.
  const images = [...prepared.images.values()];
  const extracted = await run.stage("features", "Extracting features", "images", (onProgress) =>
    extractFeatures(
      model,
      images.map((image) => featureSource(image, options.preprocessing)),
      { cacheFolder: join(options.cache, "features"), onProgress, signal },
    ),
  );
  run.say.extraction(extracted);
  const featuresOf = new Map(images.map((image, i) => [image, extracted.values[i]!]));
  const featuresAndLabels = (name: Split) => ({
    values: used(name).map((row) => featuresOf.get(imageOf(row))!),
    labels: used(name).map((row) => row.label),
  });

  // Training: `test` is watched, `predict` is not looked at.
  const { engine } = await run.stage("training", "Training", "steps", () =>
    train(model, {
      ...options,
      training: featuresAndLabels("train"),
      validation: featuresAndLabels("test"),
      optimizer: sgd(options),
      onEpoch: (epoch) => run.epoch(epoch),
      signal,
    }),
  );

  // Figures: a probability above the threshold is positive.
  const predictions: Prediction[][] = [];
  for (const name of SPLITS) {
    const probabilities = await predict(model, featuresAndLabels(name).values);
    predictions.push(toPredictions(name, used(name), probabilities, options.threshold));
  }
  const figures = SPLITS.map((name, i) => splitFigures(name, predictions[i]!, options.threshold));
  await saveResults({ run, study, options, model, engine, predictions, figures, prepared });
  run.say.results(figures, predictions.flat(), study.isPublished);
  run.say.end(options.output, run.seconds().total!, study.synthetic);
});
