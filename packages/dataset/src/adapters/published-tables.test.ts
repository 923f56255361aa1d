import { join } from "node:path";
import { FileError, InterruptedError, InvalidArgumentError, MetadataError } from "@covidxr/core";
import { expect, test } from "@jest/globals";
import { groupFindings } from "../records/labels.js";
import { temporaryFolder } from "../testing/folders.js";
import type { Collection } from "./collection.js";
import { readCovidx } from "./read-covidx.js";
import { readRsnaPneumonia, readVinDrCxr } from "./read-label-tables.js";
import { readListedImages } from "./read-listed-images.js";
import { readNihChestXray } from "./read-nih-chest-xray.js";

function pathsOf({ records }: Collection): string[] {
  return records.map(({ folder, filename }) => `${folder}/${filename}`);
}

function expectAllRows({ records, table }: Collection): void {
  expect(records.length + table!.leftOut.length).toBe(table!.rows);
}

const NIH =
  "Image Index,Finding Labels,Follow-up #,Patient ID,Patient Age,Patient Gender,View Position," +
  "OriginalImage[Width,Height],OriginalImagePixelSpacing[x,y],";

const NIH_FILES = {
  "Data_Entry_2017.csv": [
    NIH,
    "00000001_000.png,Cardiomegaly,0,1,058Y,M,PA,2682,2749,0.143,0.143,",
    "00000001_001.png,Cardiomegaly|Emphysema,1,1,59,M,AP,2894,2729,0.143,0.143,",
    "00000002_000.png,No Finding,0,2,81,F,PA,2500,2048,0.171,0.171,",
    "00000003_000.png,No Finding,0,3,?,F,PA,2500,2048,0.171,0.171,",
  ].join("\r\n"),
  "images_001/images/00000001_000.png": "",
  "images_001/images/00000001_001.png": "",
  "images_002/images/00000002_000.png": "",
  "images_002/images/stray.png": "",
};

test("NIH ChestX-ray14: labels, patients, the official split, images in several folders", async () => {
  const lists = {
    "train_val_list.txt": "00000001_000.png\n00000001_001.png\n00000009_000.png",
    "test_list.txt": "00000002_000.png\n",
  };
  const collection = await readNihChestXray(await temporaryFolder({ ...NIH_FILES, ...lists }));
  expectAllRows(collection);
  expect(pathsOf(collection)).toEqual([
    "images_001/images/00000001_000.png",
    "images_001/images/00000001_001.png",
    "images_002/images/00000002_000.png",
    "./00000003_000.png",
  ]);
  const source = "nih-chest-xray14";
  expect(collection.records.map((record) => [record.patientId, record.age, record.sex, record.view])).toEqual(
    [
      [`${source}:1`, 58, "M", "PA"],
      [`${source}:1`, 59, "M", "AP"],
      [`${source}:2`, 81, "F", "PA"],
      [`${source}:3`, null, "F", "PA"],
    ],
  );
  expect(collection.records.map(({ otherColumns }) => otherColumns.split)).toEqual([
    "train",
    "train",
    "test",
    undefined,
  ]);
  expect(collection.leftOut).toEqual([
    { what: "images that no row names", count: 1, examples: ["images_002/images/stray.png"] },
  ]);
  expect(collection.remarks!.map(({ what, count }) => [what, count])).toEqual([
    ['cells that say nothing in column "Patient Age", read as unknown', 1],
    ["images that no list of the split names", 1],
    ["names in a list of the split that no row has", 1],
  ]);
  // An image with several labels, of which one is positive, is asked about.
  const group = () => groupFindings(collection.records, { positive: ["Cardiomegaly"] });
  expect(group).toThrow(InvalidArgumentError);
  expect(group).toThrow(/"Cardiomegaly\|Emphysema" \(1: names "Cardiomegaly", positive, among others\)/);
});

test("NIH ChestX-ray14 without lists has no split; an image in both lists is refused", async () => {
  const { records } = await readNihChestXray(await temporaryFolder(NIH_FILES));
  expect(records.some(({ otherColumns }) => "split" in otherColumns)).toBe(false);
  const both = { "train_val_list.txt": "00000001_000.png\n", "test_list.txt": "\n00000001_000.png\n" };
  const failure = readNihChestXray(await temporaryFolder({ ...NIH_FILES, ...both }));
  await expect(failure).rejects.toBeInstanceOf(MetadataError);
  await expect(failure).rejects.toMatchObject({ reason: "duplicate-key", line: 2 });
});

test("RSNA: an image of several boxes is one record, by class or else by target", async () => {
  const classes =
    "patientId,class\na,Normal\nb,Lung Opacity\nb,Lung Opacity\nc,No Lung Opacity / Not Normal\n";
  const targets = "patientId,x,y,width,height,Target\na,,,,,0\nb,1,2,3,4,1\nb,5,6,7,8,1\nc,,,,,0\n";
  const images = { "stage_2_train_images/a.png": "", "stage_2_train_images/b.jpg": "" };
  const withClasses = await readRsnaPneumonia(
    await temporaryFolder({
      ...images,
      "stage_2_detailed_class_info.csv": classes,
      "stage_2_train_labels.csv": targets,
    }),
  );
  expectAllRows(withClasses);
  expect(pathsOf(withClasses)).toEqual(["stage_2_train_images/a.png", "stage_2_train_images/b.jpg", "./c"]);
  expect(withClasses.records.map(({ finding, patientId }) => [finding, patientId])).toEqual([
    ["Normal", "rsna-pneumonia:a"],
    ["Lung Opacity", "rsna-pneumonia:b"],
    ["No Lung Opacity / Not Normal", "rsna-pneumonia:c"],
  ]);
  expect(withClasses.leftOut).toMatchObject([{ count: 1, examples: ["b (line 4)"], unit: "rows" }]);
  const withTargets = await readRsnaPneumonia(
    await temporaryFolder({ ...images, "stage_2_train_labels.csv": targets }),
  );
  expect(withTargets.records.map(({ finding }) => finding)).toEqual(["0", "1", "0"]);
});

test("VinDr-CXR: findings of all readers are joined; where they disagree, which one counts is asked", async () => {
  const table = [
    "image_id,class_name,class_id,rad_id,x_min,y_min,x_max,y_max",
    "i1,No finding,14,R1,,,,",
    "i2,Cardiomegaly,3,R8,1,2,3,4",
    "i1,No finding,14,R2,,,,",
    "i2,No finding,14,R9,,,,",
    "i2,Aortic enlargement,0,R8,1,2,3,4",
    "i3,Cardiomegaly,3,R8,1,2,3,4",
  ].join("\n");
  const folder = await temporaryFolder({ "train.csv": table, "train/i1.png": "", "train/i2.png": "" });
  const collection = await readVinDrCxr(folder);
  expectAllRows(collection);
  expect(pathsOf(collection)).toEqual(["train/i1.png", "train/i2.png", "./i3"]);
  expect(collection.records.map(({ finding, patientId }) => [finding, patientId])).toEqual([
    ["No finding", null],
    ["Aortic enlargement|Cardiomegaly|No finding", null],
    ["Cardiomegaly", null],
  ]);
  const group = () => groupFindings(collection.records, { positive: ["Cardiomegaly"] });
  expect(group).toThrow(InvalidArgumentError);
});

test("COVIDx: lists of three or four columns, each with its split", async () => {
  const folder = await temporaryFolder({
    "train_COVIDx9A.txt":
      "3 SARS-a.jpeg pneumonia cohen\n3 SARS-b.jpeg pneumonia cohen\nANON1 film 7.png COVID-19 hospital\n",
    "test_COVIDx9A.txt": "patientid filename class source\n8 SARS-a.jpeg normal\n\nonly two.png\n",
    "train/SARS-a.jpeg": "",
    "test/SARS-a.jpeg": "",
    "train/film 7.png": "",
    "data/SARS-b.jpeg": "",
    "other/stray.png": "",
    "requirements.txt": "numpy",
  });
  const collection = await readCovidx(folder);
  expectAllRows(collection);
  expect(pathsOf(collection)).toEqual([
    "train/SARS-a.jpeg",
    "data/SARS-b.jpeg",
    "train/film 7.png",
    "test/SARS-a.jpeg",
  ]);
  expect(
    collection.records.map(({ patientId, finding, otherColumns }) => [patientId, finding, otherColumns]),
  ).toEqual([
    ["covidx:3", "pneumonia", { split: "train", source: "cohen" }],
    ["covidx:3", "pneumonia", { split: "train", source: "cohen" }],
    ["covidx:ANON1", "COVID-19", { split: "train", source: "hospital" }],
    ["covidx:8", "normal", { split: "test" }],
  ]);
  expect(collection.table).toMatchObject({ rows: 6, delimiter: " ", encoding: "utf-8" });
  expect(collection.leftOut.map(({ count, examples, unit }) => [count, examples, unit])).toEqual([
    [
      2,
      [
        "test_COVIDx9A.txt: patientid filename class source (line 1)",
        "test_COVIDx9A.txt: only two.png (line 4)",
      ],
      "rows",
    ],
    [1, ["other/stray.png"], undefined],
  ]);
});

test("COVIDx: a name in several folders is a doubt; one list can be read alone, two of one split cannot", async () => {
  const files = { "train.txt": "1 a.png normal\n", "x/a.png": "", "y/a.png": "" };
  const folder = await temporaryFolder(files);
  const { records, remarks } = await readCovidx(join(folder, "train.txt"));
  expect(records).toMatchObject([{ folder: ".", filename: "a.png" }]);
  expect(remarks).toMatchObject([{ what: "names of several files, of which none is taken", count: 1 }]);
  const two = readCovidx(await temporaryFolder({ ...files, "train_COVIDx2.txt": "" }));
  await expect(two).rejects.toMatchObject({ reason: "different" });
});

test.each<[string, string, string]>([
  ["nih-chest-xray14", "Data_Entry_2017.csv", NIH_FILES["Data_Entry_2017.csv"]],
  ["rsna-pneumonia", "stage_2_train_labels.csv", "patientId,x,y,width,height,Target\na,,,,,0\n"],
  ["rsna-pneumonia", "stage_2_detailed_class_info.csv", "patientId,class\na,Normal\n"],
  ["vindr-cxr", "train.csv", "image_id,class_name,rad_id\ni1,No finding,R1\n"],
  ["covidx", "test_COVIDx5.txt", "8 a.png normal\n"],
  ["covid-chestxray-dataset", "metadata.csv", "Patientid,finding, filename, url,\n1,SARS, a.png,,\n"],
])("a table of %s is known by its columns: %s", async (source, name, content) => {
  const folder = await temporaryFolder({ [name]: content, "a.png": "", "notes.txt": "hello" });
  const collection = await readListedImages(join(folder, name));
  expect(collection.source).toBe(source);
  expectAllRows(collection);
  expect(await readListedImages(folder)).toEqual(collection);
});

test("a table of another kind is read as one, and columns that are named make it one", async () => {
  const table = "file,patientId,class\na.png,7,x\n";
  const folder = await temporaryFolder({ "t.csv": table, "labels.csv": "patientId,class\na.png,Normal\n" });
  expect((await readListedImages(join(folder, "t.csv"), { source: "s" })).records).toMatchObject([
    { filename: "a.png", patientId: "s:7", finding: "x" },
  ]);
  const columns = { path: "patientId", finding: "class" };
  const named = await readListedImages(join(folder, "labels.csv"), { columns, source: "s" });
  expect(named.source).toBe("s");
});

test("an option that the collection's reader would ignore, and tables of two collections, are refused", async () => {
  const files = { "train.csv": "image_id,class_name\ni1,No finding\n", "test.txt": "8 a.png normal\n" };
  const folder = await temporaryFolder(files);
  const ignored = readListedImages(join(folder, "train.csv"), { license: "CC0" });
  await expect(ignored).rejects.toBeInstanceOf(InvalidArgumentError);
  await expect(ignored).rejects.toMatchObject({ parameter: "license" });
  await expect(readListedImages(folder)).rejects.toMatchObject({ reason: "different", path: folder });
});

test.each([
  ["readListedImages", readListedImages],
  ["readNihChestXray", readNihChestXray],
  ["readRsnaPneumonia", readRsnaPneumonia],
  ["readVinDrCxr", readVinDrCxr],
  ["readCovidx", readCovidx],
] as const)("%s names what is missing", async (_, read) => {
  const folder = await temporaryFolder({ "other.csv": "a,b\n1,2\n" });
  await expect(read(folder)).rejects.toBeInstanceOf(FileError);
  await expect(read(folder)).rejects.toMatchObject({ reason: "missing", path: folder });
  await expect(read(join(folder, "absent"))).rejects.toMatchObject({ reason: "missing" });
});

test.each([readNihChestXray, readRsnaPneumonia, readVinDrCxr, readCovidx])(
  "%p can be stopped",
  async (read) => {
    const stopped = read(await temporaryFolder(), { signal: AbortSignal.abort() });
    await expect(stopped).rejects.toBeInstanceOf(InterruptedError);
  },
);
