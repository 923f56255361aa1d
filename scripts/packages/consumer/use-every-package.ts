// What a user's program looks like: one real call of each package, with nothing but what was installed. It prints
// what it computed as one line of JSON.
import "@tensorflow/tfjs-backend-cpu";
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { auditCohort, describeRows, findCopies, fingerprintImages } from "@covidxr/audit";
import { createRng, FileError } from "@covidxr/core";
import { cacheKey, openContentCache } from "@covidxr/core/files";
import {
  type CohortRow,
  filterRecords,
  groupFindings,
  locateFiles,
  readMetadata,
  splitCohort,
} from "@covidxr/dataset";
import { cohortFromList, readStudyList, STUDY_FINDINGS, STUDY_SPLIT } from "@covidxr/dataset/study";
import { downloadFiles } from "@covidxr/download";
import { encodeImage, preprocess, type RgbImage } from "@covidxr/image";
import { auc } from "@covidxr/metrics";
import { buildModel } from "@covidxr/model";
import { compileInference, createSession } from "@covidxr/onnx";
import { writePhantomStudy } from "@covidxr/phantom";
import { writeReport, writeRun } from "@covidxr/report";
import { evaluate, extractFeatures, sgd, train } from "@covidxr/training";
import { layers, sequential } from "@tensorflow/tfjs-layers";

/** A network whose first layer is frozen, small enough to train at once. */
function smallModel() {
  const model = sequential();
  model.add(
    layers.conv2d({
      inputShape: [6, 6, 3],
      filters: 2,
      kernelSize: 3,
      kernelInitializer: "ones",
      name: "conv",
      trainable: false,
    }),
  );
  model.add(layers.flatten({ name: "flatten" }));
  model.add(layers.dense({ units: 1, activation: "sigmoid", kernelInitializer: "zeros", name: "output" }));
  return model;
}

async function useCore(folder: string) {
  const cache = openContentCache(join(folder, "cache"));
  const key = cacheKey("greeting", 1);
  await cache.put(key, Buffer.from("hello"));
  const { state } = await cache.get(key);
  return { state, permutation: [...createRng(1, { purpose: "order" }).permutation(4)] };
}

/** Draws a study and lists its cohort. */
async function useDataset(folder: string) {
  const study = await writePhantomStudy(folder, {
    seed: 1,
    counts: {
      covid: 6,
      otherPneumonia: 2,
      noFinding: 1,
      otherRadiographs: 1,
      listedOnly: 1,
      repeatedNormals: 0,
    },
    widths: { minimum: 122, maximum: 130 },
    missingImage: false,
    unreadableImage: false,
  });
  const records = await readMetadata(study.metadataPath);
  const labelled = groupFindings(filterRecords(records, { modality: "X-ray", view: "PA" }), STUDY_FINDINGS);
  const rows = cohortFromList(await readStudyList(study.cohortPath), labelled);
  return { study, records, rows: await locateFiles(splitCohort(rows, STUDY_SPLIT), folder) };
}

async function useAudit(folder: string, rows: readonly CohortRow[]) {
  const there = rows.map((row) => ({ ...row, path: join(folder, row.path) }));
  const used = there.filter(({ status }) => status === "used");
  const { fingerprints } = await fingerprintImages(used.map(({ path }) => path));
  const copies = await findCopies(fingerprints);
  const { findings } = auditCohort(describeRows(there, []), {
    fingerprints,
    copies,
    now: new Date(0),
    seed: 0,
  });
  return { fingerprints: fingerprints.length, copies: copies.length, found: findings.length > 0 };
}

async function useDownload(folder: string, path: string) {
  const content = await readFile(join(folder, path));
  const sha256 = createHash("sha256").update(content).digest("hex");
  const published = {
    path,
    bytes: content.length,
    digests: { sha256 },
    urls: ["https://host.invalid/metadata.csv"],
  };
  const { present, fetched } = await downloadFiles([published], folder, { offline: true });
  return { present, fetched };
}

async function useImage() {
  const image: RgbImage = { width: 8, height: 8, data: new Uint8Array(8 * 8 * 3).fill(128) };
  const input = await preprocess(await encodeImage(image, { format: "png" }), {
    name: "grey.png",
    height: 4,
    width: 4,
  });
  return { length: input.length, first: Math.round(input[0]! * 255) };
}

async function useOnnx() {
  const { bytes } = compileInference(smallModel());
  const session = await createSession(bytes);
  const { output } = await session.run({
    input: { data: new Float32Array(2 * 6 * 6 * 3), dims: [2, 6, 6, 3] },
  });
  return { dims: [...output!.dims], values: [...output!.data] };
}

async function useTraining() {
  const model = smallModel();
  const labels = [0, 1, 0, 1];
  const sources = labels.map((label, i) => ({
    key: String(i),
    load: async () => new Float32Array(6 * 6 * 3).fill(label === 1 ? 1 : -1),
  }));
  const features = await extractFeatures(model, sources);
  const learnt = { values: features.values, labels };
  const { history } = await train(model, {
    training: learnt,
    optimizer: sgd({ learningRate: 0.1 }),
    epochs: 20,
    seed: 0,
  });
  const { accuracy } = await evaluate(model, learnt);
  return { epochs: history.length, accuracy };
}

async function useReport(folder: string) {
  const rows = Array.from({ length: 24 }, (_, i): CohortRow => {
    const label = i % 2 === 0 ? 1 : 0;
    const filename = `image-${i}.png`;
    return {
      path: `images/${filename}`,
      filename,
      patientId: String(i),
      finding: label === 1 ? "COVID-19" : "NORMAL",
      license: null,
      source: "folder",
      label,
      split: i < 8 ? "train" : i < 12 ? "test" : "predict",
      status: "used",
    };
  });
  await writeRun(folder, {
    cohort: rows,
    probabilities: rows.map(({ label }, i) => (i % 5 === 0 ? 0.5 : 0.2 + 0.6 * label)),
    history: [{ epoch: 1, loss: 0.7, accuracy: 0.5, validationLoss: 0.7, validationAccuracy: 0.6 }],
    threshold: 0.7,
    classes: ["not COVID-19", "COVID-19"],
    heldOut: "predict",
    validation: "test",
  });
  const { files } = await writeReport(folder);
  const page = await readFile(join(folder, "report.html"), "utf8");
  return {
    hasPage: page.trimEnd().endsWith("</html>"),
    figures: files.filter((file) => file.endsWith(".svg")).length,
  };
}

async function main() {
  const folder = await mkdtemp(join(tmpdir(), "covidxr-user-"));
  try {
    const { study, records, rows } = await useDataset(join(folder, "study"));
    const model = await buildModel({ height: 32, width: 32, seed: 42, weights: "random" });
    const outcome = {
      audit: await useAudit(study.studyDir, rows),
      core: await useCore(folder),
      dataset: { records: records.length, rows: rows.length },
      download: await useDownload(study.studyDir, "covid-chestxray-dataset/metadata.csv"),
      image: await useImage(),
      metrics: { auc: auc([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]) },
      model: { layers: model.layers.length, parameters: model.countParams() },
      onnx: await useOnnx(),
      phantom: { images: study.images },
      report: await useReport(join(folder, "run")),
      training: await useTraining(),
      // One copy of each class, whichever package throws it.
      sameErrors: await readMetadata(join(folder, "nowhere.csv")).then(
        () => false,
        (error: unknown) => error instanceof FileError,
      ),
    };
    console.log(JSON.stringify(outcome));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
