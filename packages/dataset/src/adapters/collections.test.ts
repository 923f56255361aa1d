import { rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { readCohort, writeCohort } from "../cohort/cohort-file.js";
import { assertUsable, type CohortRow, cohortFromRecords } from "../cohort/cohort-row.js";
import { locateFiles } from "../cohort/image-files.js";
import { findLeakage } from "../cohort/leakage.js";
import { type FindingGroups, filterRecords, groupFindings } from "../records/labels.js";
import { splitCohort } from "../splits/split-cohort.js";
import { STUDY_FINDINGS } from "../study/constants.js";
import { normalRow, radiographRow } from "../study/study-cohort.js";
import { temporaryFolder } from "../testing/folders.js";
import type { Collection } from "./collection.js";
import { readChestXrayPneumonia } from "./read-chest-xray-pneumonia.js";
import { readClassFolders } from "./read-class-folders.js";
import { readCovidChestXray } from "./read-covid-chest-xray.js";
import { readImageTable } from "./read-image-table.js";

/** 15 patients with two images each, every third one positive. */
const IMAGES = Array.from({ length: 30 }, (_, i) => ({
  patient: `p${i >> 1}`,
  image: i,
  positive: (i >> 1) % 3 === 0,
}));

function cloneFiles(prefix = ""): Record<string, string> {
  const lines = IMAGES.map(({ patient, image, positive }) => {
    const finding = positive ? "Pneumonia/Viral/COVID-19" : "Pneumonia/Bacterial/Legionella";
    return `${patient},${finding},PA,X-ray,images,${image}.png,CC BY`;
  });
  const table = [
    "patientid,finding,view,modality,folder,filename,license",
    ...lines,
    "p99,todo,PA,X-ray,images,99.png,",
  ];
  const files = IMAGES.map(({ image }) => [`${prefix}images/${image}.png`, `clone ${image}`]);
  return { ...Object.fromEntries(files), [`${prefix}metadata.csv`]: table.join("\n") };
}

function archiveFiles(prefix = ""): Record<string, string> {
  const files = IMAGES.flatMap(({ patient, image, positive }) => {
    const place = positive
      ? `train/PNEUMONIA/person${patient.slice(1)}_virus_${image}.jpeg`
      : `train/NORMAL/IM-${patient.slice(1).padStart(4, "0")}-000${image % 2}.jpeg`;
    return ["", "chest_xray/"].map((inner) => [`${prefix}chest_xray/${inner}${place}`, `archive ${image}`]);
  });
  return Object.fromEntries(files);
}

function classFiles(): Record<string, string> {
  const files = IMAGES.map(({ patient, image, positive }) => [
    `${positive ? "covid" : "normal"}/${patient}/${image}.png`,
    `class ${image}`,
  ]);
  return Object.fromEntries(files);
}

function tableFiles(): Record<string, string> {
  const lines = IMAGES.map(
    ({ patient, image, positive }) => `${patient},films/${image}.png,${positive ? "pos" : "neg"}`,
  );
  const files = IMAGES.map(({ image }) => [`films/${image}.png`, `table ${image}`]);
  return { ...Object.fromEntries(files), "list.csv": ["subject,image,label", ...lines].join("\n") };
}

interface Case {
  readonly files: Record<string, string>;
  readonly read: (folder: string) => Promise<Collection>;
  readonly groups: FindingGroups;
}

const CASES: Record<string, Case> = {
  "a clone of covid-chestxray-dataset": {
    files: cloneFiles(),
    read: readCovidChestXray,
    groups: STUDY_FINDINGS,
  },
  "an archive of chest-xray-pneumonia": {
    files: archiveFiles(),
    read: readChestXrayPneumonia,
    groups: { positive: ["Pneumonia"], negative: ["NORMAL"] },
  },
  "a folder per class": {
    files: classFiles(),
    read: (folder) => readClassFolders(folder, { patientOf: (path) => path.split("/")[1]! }),
    groups: { positive: ["covid"], negative: ["normal"] },
  },
  "a table of images": {
    files: tableFiles(),
    read: (folder) =>
      readImageTable(join(folder, "list.csv"), {
        columns: { path: "image", finding: "label", patientId: "subject" },
      }),
    groups: { positive: ["pos"], negative: ["neg"] },
  },
};

test.each(Object.keys(CASES))("%s becomes a cohort that splits", async (name) => {
  const { files, read, groups } = CASES[name]!;
  const collection = await read(await temporaryFolder(files));
  const labelled = groupFindings(collection.records, groups);
  const rows = cohortFromRecords(labelled, { source: collection.source });
  expect(rows).toHaveLength(IMAGES.length);
  expect(rows.filter(({ label }) => label === 1)).toHaveLength(10);
  expect(new Set(rows.map(({ patientId }) => patientId)).size).toBe(15);

  const gone = rows[7]!;
  await rm(join(collection.root, gone.path));
  const cohort = splitCohort(await locateFiles(rows, collection.root), { seed: 42 });
  expect(cohort.filter(({ status }) => status === "missing").map(({ path }) => path)).toEqual([gone.path]);
  expect(cohort.filter(({ status }) => status === "used")).toHaveLength(29);
  assertUsable(cohort);
  const of = (split: string): CohortRow[] => cohort.filter((row) => row.split === split);
  // Drawn row by row, which puts patients of two images on both sides: the leaks are those patients.
  const leaks = findLeakage({ train: of("train"), validation: of("validation"), test: of("test") });
  expect(new Set(leaks.map(({ kind }) => kind))).toEqual(new Set(["patient"]));

  const file = join(await temporaryFolder(), "cohort.csv");
  await writeCohort(file, cohort);
  expect(await readCohort(file)).toEqual(cohort);
});

test("the study's own two collections give the study's rows", async () => {
  const folder = await temporaryFolder({ ...cloneFiles("covid-chestxray-dataset/"), ...archiveFiles() });
  const clone = await readCovidChestXray(join(folder, "covid-chestxray-dataset"));
  const labelled = groupFindings(clone.records, STUDY_FINDINGS);
  const radiographs = cohortFromRecords(labelled, { source: clone.source, under: "covid-chestxray-dataset" });
  expect(radiographs).toMatchObject(labelled.map(radiographRow));

  const archive = await readChestXrayPneumonia(folder);
  const normals = filterRecords(archive.records, { folder: "train/NORMAL" });
  const rows = cohortFromRecords(
    normals.map((record) => ({ record, label: 0 })),
    { source: archive.source, under: "chest_xray" },
  );
  expect(rows).toHaveLength(20);
  expect(rows).toMatchObject(normals.map(({ filename }) => normalRow(filename)));
  const located = await locateFiles([...radiographs, ...rows], folder);
  expect(located.every(({ status }) => status === "used")).toBe(true);
});

test("patients of two collections stay apart, whatever they are called in each", async () => {
  const folder = await temporaryFolder({ "a/covid/1.png": "", "b/covid/1.png": "", "b/covid/2.png": "" });
  const patientOf = () => "1";
  const patients = await Promise.all(
    ["a", "b"].map(async (name) => {
      const { records } = await readClassFolders(join(folder, name), { patientOf });
      return records.map(({ patientId }) => patientId);
    }),
  );
  const [a, b] = ["a", "b"].map((name) => `${join(folder, name)}:1`);
  expect(patients).toEqual([[a], [b, b]]);
});
