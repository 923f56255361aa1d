// node index.mjs [FOLDER] [POSITIVE] [WEIGHTS]: one folder of images for each class in, run/report.html out.
import "@tensorflow/tfjs-backend-cpu";
import { join } from "node:path";
import { splitByPatient } from "@covidxr/audit";
import { cohortFromRecords, groupFindings, markUnreadable, readClassFolders } from "@covidxr/dataset";
import { networkInput, prepareImages } from "@covidxr/image";
import { buildModel, fetchWeights, saveModel } from "@covidxr/model";
import { writeReport, writeRun } from "@covidxr/report";
import { extractFeatures, predict, sgd, train } from "@covidxr/training";
import { enableProdMode } from "@tensorflow/tfjs-core";

enableProdMode(); // without advice on other backends: onnxruntime computes

process.on("uncaughtException", ({ message }) => {
  console.error(message);
  process.exit(1);
});
const [folder = "images", positive = "covid", weights = (await fetchWeights("imagenet")).path] =
  process.argv.slice(2);
const images = await readClassFolders(folder);
const labelled = groupFindings(images.records, { positive: [positive] });
const pathOf = (row) => join(images.root, row.path);

// Every image is decoded once; one that cannot be is marked, and named in the report.
const rows = splitByPatient(cohortFromRecords(labelled, images), { seed: 0 });
const prepared = await prepareImages(rows.map(pathOf), {
  height: 160,
  width: 160,
  cacheFolder: "cache/pixels",
});
const faulty = new Set(prepared.failures.map(({ path }) => path));
const cohort = markUnreadable(
  rows,
  rows.flatMap((row) => (faulty.has(pathOf(row)) ? [row.path] : [])),
);
const used = cohort.filter(({ status }) => status === "used");

// The frozen layers see each image once; the last ones train.
const model = await buildModel({ height: 160, width: 160, weights, seed: 0 });
const inputs = used.map((row) => networkInput(prepared.images.get(pathOf(row)), "caffe"));
const { values } = await extractFeatures(model, inputs, { cacheFolder: "cache/features" });
const part = (split) => {
  const at = used.flatMap((row, i) => (row.split === split ? [i] : []));
  return {
    values: at.map((i) => values[i]),
    labels: at.map((i) => used[i].label),
    origins: at.map((i) => used[i]),
  };
};
const optimizer = sgd({ learningRate: 0.001, momentum: 0.9 });
const { history } = await train(model, {
  ...{
    training: part("train"),
    validation: part("validation"),
    optimizer,
    epochs: 40,
    batchSize: 16,
    clip: { norm: 1 },
    seed: 0,
  },
  onEpoch: ({ epoch, loss, validationLoss }) =>
    console.log(`epoch ${epoch}: ${loss.toFixed(3)}, ${validationLoss.toFixed(3)}`),
});

const classes = [`not ${positive}`, positive];
await saveModel(model, "run/model", {
  preprocessing: "caffe",
  inputSize: { height: 160, width: 160 },
  threshold: 0.5,
  classes,
});
await writeRun("run", {
  cohort,
  probabilities: await predict(model, values),
  history,
  threshold: 0.5,
  classes,
});
await writeReport("run");
console.log("run/report.html. For research; not a diagnostic device.");
