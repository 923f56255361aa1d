import { headlineAuc } from "@covidxr/report";
import {
  auditCohort,
  buildNetwork,
  checkLeakage,
  evaluateNetwork,
  extractCohort,
  finishRun,
  loadCohort,
  openStudy,
  type PublishedStudy,
  probeShortcuts,
  reportRun,
  runReproduction,
  saveNetwork,
  trainNetwork,
} from "covidxr/study";

// The published study and its parameters: COVID-19 or not from a chest radiograph, by transfer learning on VGG19 (Augereau
// 2020, https://github.com/PierreSylvain/covid-chestxray-detector). A value that differs from the study's is a type error;
// to run with other values use the flags: `npm run reproduce -- --help`.
const STUDY: PublishedStudy = {
  classes: ["not COVID-19", "COVID-19"],
  radiographs: { modality: "X-ray", view: "PA" },
  findings: {
    positive: ["COVID-19", "COVID-19, ARDS"],
    negative: "all-others",
    excluded: ["todo", "Unknown"],
  },
  split: { splits: ["train", "test", "predict"], testSize: 0.1, validationSize: 0.2, seed: 42 },
  input: { height: 320, width: 382, method: "nearest", preprocessing: "rescale" },
  augmentation: { rotation: 15, widthShift: 0.1, heightShift: 0.1, shear: 0.05, zoom: 0.05 },
  network: "VGG19, 4×4 average pooling, dense 128, dropout 0.5, sigmoid",
  training: { epochs: 80, batchSize: 64, optimizer: "sgd", learningRate: 0.001, momentum: 0.9 },
  threshold: 0.7,
  published: {
    source: "the study's README",
    images: 31,
    threshold: 0.7,
    confusionMatrix: [
      [14, 1],
      [1, 15],
    ],
    other: [
      {
        source: "the study's notebook",
        confusionMatrix: [
          [12, 3],
          [1, 15],
        ],
      },
    ],
  },
};

await runReproduction(async (run) => {
  // Images. Radiographs of covid-chestxray-dataset (Cohen, Morrison and Dao 2020) and normal ones of chest-xray-pneumonia
  // (Kermany, Zhang and Goldbaum 2018): a folder, a download, or synthetic ones.
  const source = await openStudy(run);

  // Cohort. PA X-rays with a finding; the study's own draw of normal ones evens out the classes. A tenth of the rows is held
  // out as `predict` and a fifth of the rest is `test`, row by row. Every file is decoded and resized once.
  const cohort = await loadCohort(run, STUDY, source);

  // Audit. What a reviewer would find: patients and images in two splits, attributes that predict the label. The published
  // split has such leaks and is kept for comparison; `--split patient` has none.
  const audit = await auditCohort(run, cohort);
  const leakage = await checkLeakage(run, STUDY, cohort);

  // Network. VGG19 with weights from ImageNet, whose last three layers train with a new head. The frozen layers see each
  // image once; their outputs are the features.
  const [training, , heldOut] = STUDY.split.splits;
  const model = await buildNetwork(run, cohort.used(training).map(cohort.imageOf));
  const features = await extractCohort(run, model, cohort);

  // Training. Binary cross-entropy, SGD with momentum, on augmented copies of the training images. `test` is validated on
  // after each epoch and decides nothing.
  const result = await trainNetwork(run, STUDY, cohort, model, features, leakage);

  // Evaluation. A probability above the threshold is positive; every metric has its 95 % interval.
  const analysis = await evaluateNetwork(run, STUDY, cohort, model, features);
  run.say.line(`Held out as ${heldOut}: ${analysis.headline.images.length} images.`);

  // Shortcuts. How well the label can be predicted from what should not predict it: borders, covered lungs, image size.
  await probeShortcuts(run, STUDY, cohort, audit, { model, auc: headlineAuc(analysis) });

  // Results. The model for TensorFlow.js and ONNX, and a report beside the published confusion matrix.
  await saveNetwork(run, STUDY, cohort, model);
  await finishRun(run, STUDY, cohort, model, result.engine, result);
  return reportRun(run, analysis);
});
