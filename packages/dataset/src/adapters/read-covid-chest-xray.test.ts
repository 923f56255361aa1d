import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { FileError, InterruptedError, MetadataError } from "@covidxr/core";
import { afterEach, expect, jest, test } from "@jest/globals";
import fc from "fast-check";
import { shuffleFolders, temporaryFolder } from "../testing/folders.js";
import { readCovidChestXray } from "./read-covid-chest-xray.js";

afterEach(() => {
  jest.restoreAllMocks();
});

/** The last header that the dataset had. */
const HEADER =
  "patientid,offset,sex,age,finding,RT_PCR_positive,survival,intubated,intubation_present,went_icu,in_icu," +
  "needed_supplemental_O2,extubated,temperature,pO2_saturation,leukocyte_count,neutrophil_count," +
  "lymphocyte_count,view,modality,date,location,folder,filename,doi,url,license,clinical_notes,other_notes,";

function row(filename: string, change: { folder?: string; finding?: string; patient?: string } = {}): string {
  const { folder = "images", finding = "Pneumonia/Viral/COVID-19", patient = "313a" } = change;
  const middle = ",Unclear,,,,,,,,38.6,97,7.4,,0.8,PA,X-ray,2020,";
  return `${patient},-3,F,52,${finding}${middle},${folder},${filename},,,CC BY-NC-SA,notes,,`;
}

function clone(rows: readonly string[], files: readonly string[], header = HEADER): Promise<string> {
  const content = Object.fromEntries(files.map((path) => [path, path]));
  return temporaryFolder({ ...content, "metadata.csv": `${[header, ...rows].join("\n")}\n` });
}

test("reads a clone of the last version as it is", async () => {
  const folder = await clone(
    [row("a.png"), row("b.jpg", { finding: "todo" }), row("c.jpeg", { finding: "Pneumonia/Viral/Herpes " })],
    ["images/a.png", "images/b.jpg", "images/c.jpeg", "README.md", ".git/HEAD", ".gitignore", "scripts/x.py"],
  );
  const collection = await readCovidChestXray(folder);
  expect(collection).toMatchObject({
    source: "covid-chestxray-dataset",
    root: folder,
    moved: [],
    leftOut: [],
  });
  expect(collection.records.map(({ filename, finding }) => [filename, finding])).toEqual([
    ["a.png", "Pneumonia/Viral/COVID-19"],
    ["b.jpg", "todo"],
    ["c.jpeg", "Pneumonia/Viral/Herpes"],
  ]);
  expect(collection.records[0]).toMatchObject({
    line: 2,
    patientId: "313a",
    offset: -3,
    folder: "images",
    license: "CC BY-NC-SA",
    rtPcrPositive: "Unclear",
  });
});

test("reads the header of an earlier version", async () => {
  const header = "Patientid,offset,finding,view,modality,folder,filename,doi, url,pO2 saturation";
  const folder = await clone(
    ['7,,"COVID-19, ARDS",PA,X-ray,images,a.png,,https://x.org,95'],
    ["images/a.png"],
    header,
  );
  const { records } = await readCovidChestXray(folder);
  expect(records).toHaveLength(1);
  expect(records[0]).toMatchObject({ finding: "COVID-19, ARDS", url: "https://x.org", pO2Saturation: 95 });
});

test("reads a clone of the first versions, which state neither view, modality nor folder", async () => {
  const header = "Patientid,offset,sex,age,finding,year, filename, url,";
  const folder = await clone(["1, ,,,SARS-CoV-2,2019, a.png, https://x.org,"], ["images/a.png"], header);
  const { records, remarks } = await readCovidChestXray(folder, { view: "PA", modality: "X-ray" });
  expect(records).toMatchObject([
    { filename: "a.png", folder: "images", date: "2019", view: "PA", modality: "X-ray" },
  ]);
  expect(remarks).toMatchObject([{ count: 3, examples: ["view", "modality", "folder (images)"] }]);
});

test("a file in two rows, under two patients, has two records and is looked for once", async () => {
  const twice = ["a.png", "a.png", "moved.png", "moved.png"];
  const rows = twice.map((name, i) => row(name, { patient: `${name[0]}${i % 2}` }));
  const folder = await clone(rows, ["images/a.png", "images2/moved.png"]);
  const { records, moved, remarks, table } = await readCovidChestXray(folder);
  expect(table).toMatchObject({ rows: 4, leftOut: [] });
  expect(moved).toEqual([{ from: "images/moved.png", to: "images2/moved.png" }]);
  expect(records.slice(2, 4).map((record) => [record.folder, record.patientId])).toEqual([
    ["images2", "m0"],
    ["images2", "m1"],
  ]);
  expect(remarks).toEqual([
    {
      what: "files in several rows under several patients, who stay together",
      count: 2,
      examples: ["a.png (lines 2, 3; patients a0, a1)", "moved.png (lines 4, 5; patients m0, m1)"],
    },
  ]);
});

test("leaves volumes out, with a count, by their folder or by their name", async () => {
  const folder = await clone(
    [
      row("v1.nii.gz", { folder: "volumes" }),
      row("a.png"),
      row("v2.zip", { folder: "volumes" }),
      row("v3.NII"),
      row("nii.png"),
    ],
    ["images/a.png", "images/nii.png", "volumes/v1.nii.gz", "volumes/preview.png"],
  );
  const { records, leftOut, table } = await readCovidChestXray(folder);
  expect(records.map(({ filename }) => filename)).toEqual(["a.png", "nii.png"]);
  expect(table).toMatchObject({ rows: 5, encoding: "utf-8", delimiter: "," });
  expect(table!.leftOut.map(({ line, name }) => [line, name])).toEqual([
    [2, "volumes/v1.nii.gz"],
    [4, "volumes/v2.zip"],
    [5, "images/v3.NII"],
  ]);
  expect(leftOut).toEqual([
    {
      what: "rows of CT volumes (volumes/, .nii, .nii.gz)",
      count: 3,
      examples: ["volumes/v1.nii.gz (line 2)", "volumes/v2.zip (line 4)", "images/v3.NII (line 5)"],
      unit: "rows",
    },
  ]);
});

test("finds files that moved, and leaves those in doubt and those that are nowhere", async () => {
  const folder = await clone(
    [
      row("here.png"),
      row("moved.png"),
      row("twice.png"),
      row("nowhere.png"),
      row("only-in-git.png"),
      row("RA-1"),
      row("RA-2"),
      row("RA-3"),
      row("RA-3.png"),
    ],
    [
      "images/here.png",
      "archive/here.png",
      "images-later/moved.png",
      "images1/twice.png",
      "images2/twice.png",
      ".git/only-in-git.png",
      "annotations/only-in-git.png",
      "volumes/only-in-git.png",
      "images/RA-1.jpg",
      "images/RA-2.jpg",
      "images/RA-2.png",
      "images/RA-3.png",
    ],
  );
  const { records, moved, leftOut } = await readCovidChestXray(folder);
  expect(records.map((record) => `${record.folder}/${record.filename}`)).toEqual([
    "images/here.png",
    "images-later/moved.png",
    "images/twice.png",
    "images/nowhere.png",
    "images/only-in-git.png",
    "images/RA-1.jpg",
    "images/RA-2",
    "images/RA-3",
    "images/RA-3.png",
  ]);
  expect(moved).toEqual([
    { from: "images/moved.png", to: "images-later/moved.png" },
    { from: "images/RA-1", to: "images/RA-1.jpg" },
  ]);
  expect(leftOut).toEqual([
    {
      what: "images that no row names",
      count: 5,
      examples: ["archive/here.png", "images/RA-2.jpg", "images/RA-2.png"],
    },
  ]);
});

test("two rows do not take one file", async () => {
  const folder = await clone(
    [row("sub/a.png"), row("other/a.png"), row("b", { folder: "x" }), row("y/b")],
    ["images/a.png", "b.png"],
  );
  const { records, moved } = await readCovidChestXray(folder);
  expect(moved).toEqual([]);
  expect(records.map(({ filename }) => filename)).toEqual(["sub/a.png", "other/a.png", "b", "y/b"]);
});

test("a file that one row finds by its whole name is not another's without extension", async () => {
  const folder = await clone([row("a"), row("a.png")], ["a.png"]);
  const { records, moved } = await readCovidChestXray(folder);
  expect(moved).toEqual([{ from: "images/a.png", to: "a.png" }]);
  expect(records.map((record) => `${record.folder}/${record.filename}`)).toEqual(["images/a", "./a.png"]);
});

test.each([
  "results/masks/a.png",
  "later/a.png",
  "images/masks/a.png",
  "other/images/a.png",
  "montreal/sub/a.png",
])("%s is not taken for the radiograph of its name", async (path) => {
  const folder = await clone([row("a.png"), row("b.png", { folder: "montreal" })], [path, "montreal/b.png"]);
  const { records, moved, leftOut } = await readCovidChestXray(folder);
  expect(records[0]).toMatchObject({ folder: "images", filename: "a.png" });
  expect(moved).toEqual([]);
  expect(leftOut).toEqual([{ what: "images that no row names", count: 1, examples: [path] }]);
});

test.each(["a.png", "images2/a.png", "Images/a.png", "montreal/a.png", "montreal/deep/a.png"])(
  "%s is: rows name its folder, or it may hold images",
  async (path) => {
    const named = ["montreal", "montreal/deep"];
    const folder = await clone(
      [row("a.png"), ...named.map((own, i) => row(`b${i}.png`, { folder: own }))],
      [path, ...named.map((own, i) => `${own}/b${i}.png`)],
    );
    const { moved, leftOut } = await readCovidChestXray(folder);
    expect(moved).toEqual([{ from: "images/a.png", to: path }]);
    expect(leftOut).toEqual([]);
  },
);

test.each([
  ["../../etc", "passwd"],
  ["/etc", "passwd"],
  ["images", "../../passwd"],
  ["images", "/etc/passwd"],
])("a row of %s and %s, which leave the clone, is an error with its line", async (folder, filename) => {
  const root = await clone([row("a.png"), row(filename, { folder })], ["images/a.png"]);
  const failure = readCovidChestXray(root);
  await expect(failure).rejects.toBeInstanceOf(MetadataError);
  await expect(failure).rejects.toMatchObject({
    path: join(root, "metadata.csv"),
    reason: "invalid-value",
    line: 3,
    column: "folder",
  });
});

test("a folder without the table, or none", async () => {
  const folder = await clone([row("a.png")], []);
  await rm(join(folder, "metadata.csv"));
  await expect(readCovidChestXray(folder)).rejects.toMatchObject({
    reason: "missing",
    path: join(folder, "metadata.csv"),
  });
  await writeFile(join(folder, "file"), "");
  const failure = readCovidChestXray(join(folder, "file"));
  await expect(failure).rejects.toBeInstanceOf(FileError);
  await expect(failure).rejects.toMatchObject({ reason: "not-a-directory" });
  await expect(readCovidChestXray(join(folder, "absent"))).rejects.toMatchObject({ reason: "missing" });
});

test("can be stopped", async () => {
  const failure = readCovidChestXray(await clone([row("a.png")], []), { signal: AbortSignal.abort() });
  await expect(failure).rejects.toBeInstanceOf(InterruptedError);
});

test("whatever moved where, every record is kept once, and every image is named or counted", async () => {
  const place = fc.constantFrom("images", "images-2", "results", "annotations", null);
  await fc.assert(
    fc.asyncProperty(fc.array(place, { minLength: 1, maxLength: 8 }), fc.nat(), async (places, seed) => {
      const files = places.flatMap((folder, i) => (folder === null ? [] : [`${folder}/${i}.png`]));
      const folder = await clone(
        places.map((_, i) => row(`${i}.png`)),
        files,
      );
      const collection = await readCovidChestXray(folder);
      shuffleFolders(seed);
      expect(await readCovidChestXray(folder)).toEqual(collection);
      jest.restoreAllMocks();
      const is = (at: string | null, name: string) => at === name;
      expect(collection.moved).toEqual(
        places.flatMap((at, i) =>
          is(at, "images-2") ? [{ from: `images/${i}.png`, to: `${at}/${i}.png` }] : [],
        ),
      );
      expect(collection.leftOut.map(({ count }) => count)).toEqual(
        [places.filter((at) => is(at, "results")).length].filter((count) => count > 0),
      );
      expect(collection.records.map((record) => `${record.folder}/${record.filename}`)).toEqual(
        places.map((at, i) => (is(at, "images-2") ? `${at}/${i}.png` : `images/${i}.png`)),
      );
    }),
    { numRuns: 30 },
  );
});
