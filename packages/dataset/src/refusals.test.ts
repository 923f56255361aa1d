import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nullable, options, testRefusals } from "@covidxr/testing/refusals";
import { afterAll, beforeAll } from "@jest/globals";
import * as dataset from "./index.js";
import * as study from "./study.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "covidxr-"));
  await mkdir(join(folder, "images", "covid"), { recursive: true });
  for (const name of ["images/covid/a.png", "out"]) await writeFile(join(folder, name), "");
  await writeFile(join(folder, "table.csv"), "path,label\nimages/covid/a.png,covid\n");
  await writeFile(join(folder, "list.csv"), "filename,covid-19\nnormals/n.png,0\n");
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const HEADER = "patientid,finding,view,modality,folder,filename\n";
const METADATA = `${HEADER}1,COVID-19,PA,X-ray,images,a.png\n2,Pneumonia,PA,X-ray,images,b.png\n`;
const records = dataset.parseMetadata(METADATA, "metadata.csv");
const labelled = dataset.groupFindings(records, { positive: ["COVID-19"] });
const rows = dataset
  .cohortFromRecords(labelled, { source: "test" })
  .map((row) => ({ ...row, split: "train" }) as dataset.CohortRow);
const four = [0, 1, 2, 3];
const labels = [0, 1, 0, 1];
const two = { train: rows.slice(0, 1), test: rows.slice(1) };
const under = (name: string) => join(folder, name);
/** A function on files that are not there: everything but that refusal counts. */
const withoutFile =
  <Given extends unknown[]>(call: (...given: Given) => Promise<unknown>) =>
  async (...given: Given): Promise<void> => {
    await call(...given).catch((error) => {
      if (!["file", "empty-selection", "metadata", "download"].includes((error as { kind: string }).kind))
        throw error;
    });
  };

const { readChestXrayPneumonia, readCovidChestXray, unpackArchive } = dataset;
const { readCovidx, readNihChestXray, readRsnaPneumonia, readVinDrCxr } = dataset;

testRefusals(
  {
    ...dataset,
    readChestXrayPneumonia: withoutFile(readChestXrayPneumonia),
    readCovidChestXray: withoutFile(readCovidChestXray),
    readCovidx: withoutFile(readCovidx),
    readNihChestXray: withoutFile(readNihChestXray),
    readRsnaPneumonia: withoutFile(readRsnaPneumonia),
    readVinDrCxr: withoutFile(readVinDrCxr),
    unpackArchive: withoutFile(unpackArchive),
  },
  {
    assertNoLeakage: [two],
    assertUsable: [rows, ["train"]],
    cohortFlow: [options({ records, filter: { view: "PA" }, labelled, rows, origin: () => "here" })],
    cohortFromRecords: [labelled, options({ source: "test", under: "images" })],
    countFindings: [records],
    countLabels: [labelled],
    derivativesUnder: [nullable("CC BY 4.0")],
    filterRecords: [records, { view: "PA" }],
    findLeakage: [two],
    groupFindings: [
      records,
      options({ positive: ["COVID-19"], negative: ["Pneumonia"], excluded: ["todo"] }),
    ],
    locateFiles: () => [rows, folder, options({ signal: new AbortController().signal })],
    markUnreadable: [rows, [rows[0]!.path]],
    parseMetadata: [METADATA, "metadata.csv"],
    patientKey: [rows[0]],
    readChestXrayPneumonia: ["nowhere", options()],
    readClassFolders: () => [
      under("images"),
      options({ source: "here", license: "CC0", view: "PA", modality: "X-ray", patientOf: () => null }),
    ],
    readCohort: async () => {
      await dataset.writeCohort(under("cohort.csv"), rows);
      return [under("cohort.csv")];
    },
    readCovidChestXray: ["nowhere", options()],
    readCovidx: ["nowhere", options()],
    readListedImages: () => [
      under("table.csv"),
      options({ columns: { path: "path", finding: "label" }, source: "here", license: "CC0" }),
    ],
    readNihChestXray: ["nowhere", options()],
    readRsnaPneumonia: ["nowhere", options()],
    readVinDrCxr: ["nowhere", options()],
    readImageTable: () => [
      under("table.csv"),
      options({ columns: { path: "path", finding: "label" }, source: "here", license: "CC0", view: "PA" }),
    ],
    readMetadata: async () => {
      await writeFile(under("metadata.csv"), METADATA);
      return [under("metadata.csv")];
    },
    splitCohort: [
      [...rows, ...rows, ...rows, ...rows],
      options({ testSize: 0.3, validationSize: 0.3, seed: 0, splits: ["a", "b", "c"], stratify: false }),
    ],
    stratifiedGroupKFold: [labels, options({ folds: 2, seed: 0, repeat: 0, groups: four, stratify: true })],
    summarizeSplits: [rows, ["train"]],
    trainTestSplit: [
      four,
      options({ testSize: 0.5, trainSize: 0.5, seed: 0, stratify: (i: number) => i % 2 }),
    ],
    unpackArchive: ["nowhere.zip", "nowhere", options({ select: () => true, onProgress: () => {} })],
    writeCohort: () => [under("written.csv"), rows, options({ collections: [] })],
  },
);

testRefusals(
  { ...study, fetchStudy: withoutFile(study.fetchStudy), organize: withoutFile(study.organize) },
  {
    balance: [labelled, ["n.png"], new dataset.RandomState(0)],
    cohortFromList: [{ path: "list.csv", rows: [] }, []],
    // What a mistake in `offline` lets through ends at a closed port of this machine.
    fetchStudy: () => [
      under("study"),
      options({
        ...{ offline: true, mirror: "http://127.0.0.1:1", proxy: "http://127.0.0.1:1", attempts: 1 },
        onLicences: () => {},
      }),
    ],
    listImages: () => [under("images/covid")],
    organize: () => [rows, folder, under("out"), options()],
    readStudyList: () => [under("list.csv")],
    writeStudyList: () => [under("written-list.csv"), rows],
  },
);

const { RandomState } = dataset;

testRefusals(
  {
    create: (seed: number) => new RandomState(seed),
    randomSample: (size: number) => new RandomState(0).randomSample(size),
    randint: (low: number, high: number, size: number) => new RandomState(0).randint(low, high, size),
    choice: (population: number, size: number, given: object) =>
      new RandomState(0).choice(population, size, given),
    permutation: (values: number[]) => {
      // A number is a length.
      if (typeof values !== "number") return new RandomState(0).permutation(values);
      return new RandomState(0).permutation(Number.NaN);
    },
    shuffle: (values: number[]) => new RandomState(0).shuffle(values),
    standardNormal: (size: number) => new RandomState(0).standardNormal(size),
  },
  {
    create: [0],
    randomSample: [2],
    randint: [0, 3, 2],
    choice: [3, 2, options({ replace: false })],
    permutation: [[1, 2]],
    shuffle: [[1, 2]],
    standardNormal: [2],
  },
);
