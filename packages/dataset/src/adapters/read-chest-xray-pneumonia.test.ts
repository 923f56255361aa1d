import fileSystem, { mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { EmptySelectionError, FileError, InterruptedError } from "@covidxr/core";
import { afterEach, expect, jest, test } from "@jest/globals";
import { shuffleFolders, temporaryFolder } from "../testing/folders.js";
import { patientOfNormal, readChestXrayPneumonia, sameContent } from "./read-chest-xray-pneumonia.js";

afterEach(() => {
  jest.restoreAllMocks();
});

/** One file of each kind, as Kaggle's archive names them. */
const KAGGLE = [
  "test/NORMAL/IM-0001-0001.jpeg",
  "test/PNEUMONIA/person1_virus_6.jpeg",
  "train/NORMAL/IM-0115-0001.jpeg",
  "train/NORMAL/NORMAL2-IM-0851-0001-0002.jpeg",
  "train/PNEUMONIA/person1_bacteria_1.jpeg",
  "val/NORMAL/NORMAL2-IM-1427-0001.jpeg",
  "val/PNEUMONIA/person1946_bacteria_4874.jpeg",
];

function tree(paths: readonly string[], prefix = ""): Record<string, string> {
  return Object.fromEntries(paths.map((path) => [prefix + path, `content of ${path}`]));
}

/** What Kaggle's archive unpacks to: everything twice, and what macOS adds. */
const UNPACKED = {
  ...tree(KAGGLE, "chest_xray/"),
  ...tree(KAGGLE, "chest_xray/chest_xray/"),
  "chest_xray/__MACOSX/train/NORMAL/._IM-0115-0001.jpeg": "",
  "chest_xray/chest_xray/.DS_Store": "",
  "chest_xray/train/.DS_Store": "",
  "chest_xray/val/NORMAL/._x.jpeg": "",
};

test("reads Kaggle's archive, copies and macOS' files counted", async () => {
  const folder = await temporaryFolder(UNPACKED);
  const collection = await readChestXrayPneumonia(folder);
  expect(collection).toMatchObject({
    source: "chest-xray-pneumonia",
    root: join(folder, "chest_xray"),
    moved: [],
  });
  expect(
    collection.records.map((record) => [
      record.line,
      `${record.folder}/${record.filename}`,
      record.finding,
      record.patientId,
      record.otherColumns.split,
    ]),
  ).toEqual([
    [1, KAGGLE[0], "NORMAL", "chest-xray-pneumonia:IM-0001", "test"],
    [2, KAGGLE[1], "Pneumonia/Viral", "chest-xray-pneumonia:person1", "test"],
    [3, KAGGLE[2], "NORMAL", "chest-xray-pneumonia:IM-0115", "train"],
    [4, KAGGLE[3], "NORMAL", "chest-xray-pneumonia:NORMAL2-IM-0851", "train"],
    [5, KAGGLE[4], "Pneumonia/Bacterial", "chest-xray-pneumonia:person1", "train"],
    [6, KAGGLE[5], "NORMAL", "chest-xray-pneumonia:NORMAL2-IM-1427", "val"],
    [7, KAGGLE[6], "Pneumonia/Bacterial", "chest-xray-pneumonia:person1946", "val"],
  ]);
  for (const record of collection.records) {
    expect(record).toMatchObject({
      view: "AP",
      modality: "X-ray",
      license: "CC BY 4.0",
      doi: "10.17632/rscbjbr9sj.2",
      age: null,
    });
  }
  expect(collection.leftOut).toEqual([
    expect.objectContaining({ what: "what macOS adds (__MACOSX, .DS_Store, ._*)", count: 4 }),
    {
      what: "copies in the inner chest_xray",
      count: 7,
      examples: KAGGLE.slice(0, 3).map((path) => `chest_xray/${path}`),
    },
  ]);
});

test("the folder above, chest_xray itself, and the inner copy alone give the same records", async () => {
  const whole = await temporaryFolder(UNPACKED);
  const { records } = await readChestXrayPneumonia(whole);
  const inner = await temporaryFolder(tree(KAGGLE, "chest_xray/chest_xray/"));
  const single = await temporaryFolder(tree(KAGGLE, "chest_xray/"));
  for (const folder of [
    join(whole, "chest_xray"),
    join(whole, "chest_xray", "chest_xray"),
    inner,
    join(inner, "chest_xray"),
    single,
  ]) {
    expect((await readChestXrayPneumonia(folder)).records).toEqual(records);
  }
});

test("reads the names of Mendeley's version 3", async () => {
  const folder = await temporaryFolder(
    tree(
      [
        "train/NORMAL/NORMAL-28501-0001.jpeg",
        "train/PNEUMONIA/BACTERIA-40699-0001.jpeg",
        "train/PNEUMONIA/VIRUS-40699-0002.jpeg",
        "test/PNEUMONIA/other.jpeg",
      ],
      "CellData/chest_xray/",
    ),
  );
  const { records, root } = await readChestXrayPneumonia(folder);
  expect(root).toBe(join(folder, "CellData", "chest_xray"));
  expect(records.map(({ finding, patientId, doi }) => [finding, patientId, doi])).toEqual([
    ["Pneumonia", null, "10.17632/rscbjbr9sj.2"],
    ["NORMAL", "chest-xray-pneumonia:28501", "10.17632/rscbjbr9sj.3"],
    ["Pneumonia/Bacterial", "chest-xray-pneumonia:40699", "10.17632/rscbjbr9sj.3"],
    ["Pneumonia/Viral", "chest-xray-pneumonia:40699", "10.17632/rscbjbr9sj.3"],
  ]);
});

test("a file that stands in the inner folder alone is kept under its own path", async () => {
  const folder = await temporaryFolder({
    ...tree(KAGGLE.slice(1), "chest_xray/"),
    ...tree(KAGGLE, "chest_xray/chest_xray/"),
  });
  const { records } = await readChestXrayPneumonia(folder);
  expect(records).toHaveLength(7);
  expect(records[0]).toMatchObject({
    folder: "chest_xray/test/NORMAL",
    filename: "IM-0001-0001.jpeg",
    otherColumns: { split: "test" },
  });
});

test.each([
  ["torn", "content of"],
  ["of other bytes but the same length", `content of ${KAGGLE[2]}`.replace("content", "CONTENT")],
])("a copy that is %s is an error that names both", async (_, content) => {
  const folder = await temporaryFolder({ ...UNPACKED, [`chest_xray/chest_xray/${KAGGLE[2]}`]: content });
  const failure = readChestXrayPneumonia(folder);
  await expect(failure).rejects.toBeInstanceOf(FileError);
  await expect(failure).rejects.toMatchObject({
    reason: "different",
    path: join(folder, "chest_xray/chest_xray", KAGGLE[2]!),
    message: expect.stringContaining(join(folder, "chest_xray", KAGGLE[2]!)),
  });
});

test("opens no file where there is no copy", async () => {
  const folder = await temporaryFolder(tree(KAGGLE, "chest_xray/"));
  const open = jest.spyOn(fileSystem, "open");
  await readChestXrayPneumonia(folder);
  expect(open).not.toHaveBeenCalled();
  await readChestXrayPneumonia(await temporaryFolder(UNPACKED));
  expect(open).toHaveBeenCalled();
});

test("counts what stands elsewhere or is no image", async () => {
  const folder = await temporaryFolder({
    ...tree(KAGGLE, "chest_xray/"),
    "chest_xray/readme.txt": "",
    "chest_xray/cover.png": "",
    "chest_xray/train/NORMAL/deep/x.jpeg": "",
    "chest_xray/train/OTHER/x.jpeg": "",
    "chest_xray/.git/config": "",
  });
  const { records, leftOut } = await readChestXrayPneumonia(folder);
  expect(records).toHaveLength(7);
  expect(leftOut).toEqual([
    { what: "hidden files and folders", count: 1, examples: [".git/"] },
    {
      what: "images outside {train,test,val}/{NORMAL,PNEUMONIA}",
      count: 3,
      examples: ["cover.png", "train/NORMAL/deep/x.jpeg", "train/OTHER/x.jpeg"],
    },
    { what: "files that are no images (.jpg, .jpeg, .png)", count: 1, examples: ["readme.txt"] },
  ]);
});

test("no image at all is an error, which names links that were not followed", async () => {
  const elsewhere = await temporaryFolder(tree(["x/IM-0001-0001.jpeg"]));
  const folder = await temporaryFolder({ "chest_xray/readme.txt": "" });
  await mkdir(join(folder, "chest_xray/train/NORMAL"), { recursive: true });
  const failure = readChestXrayPneumonia(folder);
  await expect(failure).rejects.toBeInstanceOf(EmptySelectionError);
  await expect(failure).rejects.toMatchObject({ selection: "images" });
  await expect(failure).rejects.not.toMatchObject({ message: expect.stringContaining("links") });
  await symlink(join(elsewhere, "x"), join(folder, "chest_xray/train/PNEUMONIA"));
  await expect(readChestXrayPneumonia(folder)).rejects.toMatchObject({
    selection: "images",
    message: expect.stringContaining("not followed, such as train/PNEUMONIA"),
  });
});

test("the order of the file system plays no part", async () => {
  const folder = await temporaryFolder(UNPACKED);
  const expected = await readChestXrayPneumonia(folder);
  for (const seed of [1, 2, 3]) {
    shuffleFolders(seed);
    expect(await readChestXrayPneumonia(folder)).toEqual(expected);
    jest.restoreAllMocks();
  }
});

test("a folder without the dataset, an archive and a file each say what to do", async () => {
  const folder = await temporaryFolder({
    "a/b.jpeg": "",
    "chest_xray.zip": "",
    file: "",
    "train/NORMAL": "",
  });
  for (const [name, reason, message] of [
    [".", "missing", /unpacked/],
    ["absent", "missing", /check the path/],
    ["chest_xray.zip", "not-a-directory", /unpackArchive\(archive, folder\)/],
    ["file", "not-a-directory", /holds chest_xray/],
  ] as const) {
    const failure = readChestXrayPneumonia(join(folder, name));
    await expect(failure).rejects.toBeInstanceOf(FileError);
    await expect(failure).rejects.toMatchObject({ reason, message: expect.stringMatching(message) });
  }
});

test("can be stopped", async () => {
  const folder = await temporaryFolder(UNPACKED);
  const failure = readChestXrayPneumonia(folder, { signal: AbortSignal.abort() });
  await expect(failure).rejects.toBeInstanceOf(InterruptedError);
});

afterEach(() => {
  jest.restoreAllMocks();
});

const LONG = "x".repeat((1 << 18) * 2);

test.each([
  ["", "", true],
  ["a", "a", true],
  ["a", "b", false],
  ["a", "", false],
  [LONG, LONG, true],
  [`${LONG}a`, `${LONG}b`, false],
  [`${LONG}`, `${LONG}b`, false],
])("compares bytes to the last (case %#)", async (first, second, same) => {
  const folder = await temporaryFolder({ first, second });
  expect(await sameContent(join(folder, "first"), join(folder, "second"))).toBe(same);
});

test("reads nothing when the lengths differ", async () => {
  const folder = await temporaryFolder({ first: "a", second: "bc", third: "d" });
  const read = jest.fn();
  const { open } = fileSystem;
  jest.spyOn(fileSystem, "open").mockImplementation(async (...options) => {
    const handle = await open(...options);
    const original = handle.read.bind(handle);
    handle.read = ((...given: Parameters<typeof original>) => {
      read();
      return original(...given);
    }) as typeof handle.read;
    return handle;
  });
  expect(await sameContent(join(folder, "first"), join(folder, "second"))).toBe(false);
  expect(read).not.toHaveBeenCalled();
  expect(await sameContent(join(folder, "first"), join(folder, "third"))).toBe(false);
  expect(read).toHaveBeenCalled();
});

test("a file that is not there is named", async () => {
  const folder = await temporaryFolder({ first: "a" });
  const failure = sameContent(join(folder, "first"), join(folder, "second"));
  await expect(failure).rejects.toBeInstanceOf(FileError);
  await expect(failure).rejects.toMatchObject({ reason: "missing", path: join(folder, "second") });
});

test.each([
  ["IM-0115-0001.jpeg", "chest-xray-pneumonia:IM-0115"],
  ["IM-0115-0001-0002.jpeg", "chest-xray-pneumonia:IM-0115"],
  ["NORMAL2-IM-0115-0001.jpeg", "chest-xray-pneumonia:NORMAL2-IM-0115"],
  ["person12_bacteria_3.jpeg", "chest-xray-pneumonia:person12"],
  ["person1_virus_6.jpeg", "chest-xray-pneumonia:person1"],
  ["person12.jpeg", "chest-xray-pneumonia:person12"],
])("%s belongs to %s", (filename, patient) => {
  expect(patientOfNormal(filename)).toBe(patient);
});

test.each(["a.jpeg", "IM-.jpeg", "persona_1.jpeg", "xIM-0115-0001.jpeg", "person12x.jpeg"])(
  "%s tells nothing",
  (name) => {
    expect(patientOfNormal(name)).toBeNull();
  },
);
