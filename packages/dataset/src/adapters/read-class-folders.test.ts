import { mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { EmptySelectionError, FileError, InvalidArgumentError } from "@covidxr/core";
import { afterEach, expect, jest, test } from "@jest/globals";
import fc from "fast-check";
import { shuffleFolders, temporaryFolder } from "../testing/folders.js";
import { readClassFolders } from "./read-class-folders.js";

afterEach(() => {
  jest.restoreAllMocks();
});

const files = (...paths: string[]): Promise<string> =>
  temporaryFolder(Object.fromEntries(paths.map((path) => [path, ""])));

test("takes the class from the folder, whatever the depth", async () => {
  const folder = await files("covid/p1/2.PNG", "covid/1.jpg", "normal/a.jpeg", "normal/x/y/z.png");
  const { records, ...rest } = await readClassFolders(folder);
  expect(rest).toEqual({ source: folder, root: folder, moved: [], leftOut: [] });
  expect(records.map((record) => [record.line, record.folder, record.filename, record.finding])).toEqual([
    [1, "covid", "1.jpg", "covid"],
    [2, "covid/p1", "2.PNG", "covid"],
    [3, "normal", "a.jpeg", "normal"],
    [4, "normal/x/y", "z.png", "normal"],
  ]);
  expect(records[0]).toMatchObject({ patientId: null, view: "", modality: "", license: null });
});

test("knows of the images what the caller knows", async () => {
  const folder = await files("covid/p1-a.png", "covid/p1-b.png", "normal/unknown.png");
  const { records, source } = await readClassFolders(folder, {
    source: "Our hospital",
    license: "CC0",
    view: "PA",
    modality: "X-ray",
    patientOf: (path) => /(p\d+)-/.exec(path)?.[1] ?? null,
  });
  expect(source).toBe("Our hospital");
  expect(records.map(({ patientId }) => patientId)).toEqual(["Our hospital:p1", "Our hospital:p1", null]);
  for (const record of records)
    expect(record).toMatchObject({ license: "CC0", view: "PA", modality: "X-ray" });
});

test("counts all else", async () => {
  const folder = await files(
    "covid/1.jpg",
    "covid/.2.jpg",
    "covid/notes.txt",
    "covid/scan.dcm",
    "cover.png",
    "__MACOSX/covid/._1.jpg",
    ".cache/x.png",
  );
  await mkdir(join(folder, "empty"));
  await symlink(join(folder, "covid"), join(folder, "linked"));
  const { records, leftOut } = await readClassFolders(folder);
  expect(records).toHaveLength(1);
  expect(leftOut).toEqual([
    { what: "hidden files and folders", count: 3, examples: [".cache/", "covid/.2.jpg", "linked/.2.jpg"] },
    expect.objectContaining({ count: 1, examples: ["__MACOSX/covid/._1.jpg"] }),
    {
      what: "links to files that are listed already",
      count: 3,
      examples: ["linked/1.jpg", "linked/notes.txt", "linked/scan.dcm"],
    },
    { what: "images outside the class folders", count: 1, examples: ["cover.png"] },
    {
      what: "files that are no images (.jpg, .jpeg, .png)",
      count: 2,
      examples: ["covid/notes.txt", "covid/scan.dcm"],
    },
  ]);
});

test("masks, heat maps and annotations are left out and said", async () => {
  const drawings = [
    "COVID/masks/a.png",
    "COVID/a_mask.png",
    "Heat Maps/a.png",
    "normal/lung_masks/b.png",
    "normal/x/annotations/c.png",
  ];
  const images = [
    "COVID/images/a.png",
    "COVID/a.png",
    "normal/images/masked-patient.png",
    "normal/p1-mask-worn.png",
  ];
  const { records, leftOut } = await readClassFolders(await files(...drawings, ...images));
  expect(records.map(({ folder, filename }) => `${folder}/${filename}`).sort()).toEqual([...images].sort());
  expect(leftOut).toEqual([expect.objectContaining({ what: expect.stringContaining("masks"), count: 5 })]);
});

test("a class folder that is a link within the folder is a class; folders of one name are two sources", async () => {
  const folder = await files(".store/covid/a.png", "normal/b.png");
  await symlink(join(folder, ".store/covid"), join(folder, "covid"));
  const { records } = await readClassFolders(folder);
  expect(records.map(({ finding }) => finding)).toEqual(["covid", "normal"]);
  const root = await files("a/images/covid/1.png", "b/images/covid/1.png");
  const two = await Promise.all(
    ["a", "b"].map((name) => readClassFolders(join(root, name, "images"), { patientOf: () => "7" })),
  );
  expect(new Set(two.flatMap((each) => each.records.map(({ patientId }) => patientId))).size).toBe(2);
});

test("a folder without classes is no collection", async () => {
  const failure = readClassFolders(await files("a.png", "covid/notes.txt"));
  await expect(failure).rejects.toBeInstanceOf(EmptySelectionError);
  await expect(failure).rejects.toMatchObject({ selection: "images" });
  const absent = readClassFolders(join(await files(), "absent"));
  await expect(absent).rejects.toBeInstanceOf(FileError);
  await expect(absent).rejects.toMatchObject({ reason: "missing" });
});

test.each([
  ["source", { source: " " }, " "],
  ["patientOf", { patientOf: () => "" }, ""],
  ["patientOf", { patientOf: () => undefined as unknown as null }, undefined],
])("refuses a %s that says nothing", async (parameter, options, value) => {
  const failure = readClassFolders(await files("covid/a.png"), options);
  await expect(failure).rejects.toBeInstanceOf(InvalidArgumentError);
  await expect(failure).rejects.toMatchObject({ parameter, value });
});

test("whatever the folders hold and in whatever order, every file is a record or counted", async () => {
  const part = fc.constantFrom("covid", "normal", "é", "😀", "Z");
  const name = fc.constantFrom("1.png", "2.JPG", "note.txt", ".hidden", "._x.png");
  const path = fc
    .tuple(fc.array(part, { maxLength: 3 }), name)
    .map(([folders, file]) => [...folders, file].join("/"));
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(path, { minLength: 1, maxLength: 12 }), fc.nat(), async (paths, seed) => {
      const folder = await files(...paths, "covid/always.png");
      const collection = await readClassFolders(folder, { source: "x" });
      shuffleFolders(seed);
      expect(await readClassFolders(folder, { source: "x" })).toEqual(collection);
      jest.restoreAllMocks();
      const counted = collection.leftOut.reduce((sum, { count }) => sum + count, 0);
      expect(collection.records.length + counted).toBe(paths.length + 1);
      for (const [place, record] of collection.records.entries()) {
        expect(record).toMatchObject({ line: place + 1, finding: record.folder.split("/")[0] });
      }
    }),
    { numRuns: 40 },
  );
});
