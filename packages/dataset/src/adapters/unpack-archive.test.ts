import fileSystem, { mkdir, readdir, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { FileError, InterruptedError } from "@covidxr/core";
import { afterEach, describe, expect, jest, test } from "@jest/globals";
import fc from "fast-check";
import { archiveBytes, changeHeader, expectFault, writeArchive } from "../testing/archives.js";
import { readTree, temporaryFolder } from "../testing/folders.js";
import { readChestXrayPneumonia } from "./read-chest-xray-pneumonia.js";
import { type UnpackProgress, unpackArchive } from "./unpack-archive.js";

afterEach(() => {
  jest.restoreAllMocks();
});

const LONG = "radiograph ".repeat(20_000);

const FILES = [
  { path: "chest_xray/" },
  { path: "chest_xray/train/NORMAL/a.jpeg", content: LONG },
  { path: "chest_xray/train/NORMAL/b.jpeg", content: "stored", compress: false },
  { path: "chest_xray/empty.txt" },
  { path: "__MACOSX/chest_xray/._a.jpeg", content: "x" },
  { path: "chest_xray/.DS_Store", content: "x" },
  { path: "chest_xray/._b.jpeg", content: "x" },
];

const UNPACKED = {
  "chest_xray/empty.txt": "",
  "chest_xray/train/NORMAL/a.jpeg": LONG,
  "chest_xray/train/NORMAL/b.jpeg": "stored",
};

const BYTES = LONG.length + "stored".length;

describe.each([
  ["zip", false],
  ["ZIP64", true],
])("a %s", (_, zip64) => {
  test("is unpacked once; a second call writes nothing", async () => {
    const archive = await writeArchive(await archiveBytes(FILES, zip64));
    const folder = join(await temporaryFolder(), "new", "folder");
    const leftOut = [
      {
        what: "what macOS adds (__MACOSX, .DS_Store, ._*)",
        count: 3,
        examples: ["__MACOSX/chest_xray/._a.jpeg", "chest_xray/.DS_Store", "chest_xray/._b.jpeg"],
      },
    ];
    expect(await unpackArchive(archive, folder)).toEqual({ written: 3, present: 0, bytes: BYTES, leftOut });
    expect(await readTree(folder)).toEqual(UNPACKED);
    // A file that comes or goes changes its folder's time.
    const standing = async () =>
      Promise.all(
        ["", ...(await readdir(folder, { recursive: true })).sort()].map(async (path) => {
          const { ino, mtimeNs } = await stat(join(folder, path), { bigint: true });
          return { path, ino, mtimeNs };
        }),
      );
    const before = await standing();
    expect(await unpackArchive(archive, folder)).toEqual({ written: 0, present: 3, bytes: BYTES, leftOut });
    expect(await standing()).toEqual(before);
  });

  test("torn at any byte is an error, and no file is wrong", async () => {
    const bytes = await archiveBytes(FILES.slice(0, 4), zip64);
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), async (length) => {
        await expectFault(bytes.subarray(0, length), { reason: "corrupt" });
      }),
      { numRuns: 40 },
    );
  });
});

test("any byte changed gives the right files or an error, never a wrong file", async () => {
  const files = FILES.slice(1, 4).map((file) => ({ ...file, content: file.content?.slice(0, 60) ?? "" }));
  const bytes = await archiveBytes(files);
  const contents = files.map(({ content }) => content);
  await fc.assert(
    fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
      const changed = Buffer.from(bytes);
      changed[at]! ^= change;
      const folder = await temporaryFolder();
      await unpackArchive(await writeArchive(changed), folder).catch((error) => {
        expect(error).toBeInstanceOf(FileError);
        expect(["corrupt", "unwritable"]).toContain((error as FileError).reason);
      });
      // A changed name is no fault that an archive could show; a changed content is.
      for (const content of Object.values(await readTree(folder))) expect(contents).toContain(content);
    }),
    { numRuns: 100 },
  );
});

test("only what is selected is unpacked, and progress ends with all of it", async () => {
  const archive = await writeArchive(await archiveBytes(FILES));
  const folder = await temporaryFolder({ "chest_xray/train/NORMAL/b.jpeg": "stored" });
  const steps: UnpackProgress[] = [];
  const asked: string[] = [];
  const result = await unpackArchive(archive, folder, {
    select: (path) => {
      asked.push(path);
      return path.includes("NORMAL");
    },
    onProgress: (progress) => steps.push(progress),
  });
  expect(asked).toEqual([
    "chest_xray/train/NORMAL/a.jpeg",
    "chest_xray/train/NORMAL/b.jpeg",
    "chest_xray/empty.txt",
  ]);
  expect(result).toMatchObject({ written: 1, present: 1, bytes: BYTES });
  expect(steps[0]).toEqual({ done: 6, total: BYTES, filesDone: 1, files: 2 });
  expect(steps.at(-1)).toEqual({ done: BYTES, total: BYTES, filesDone: 2, files: 2 });
  expect(steps.map(({ done }) => done)).toEqual(steps.map(({ done }) => done).sort((a, b) => a - b));
  expect(Object.keys(await readTree(folder))).toEqual([
    "chest_xray/train/NORMAL/a.jpeg",
    "chest_xray/train/NORMAL/b.jpeg",
  ]);
});

describe("a bomb", () => {
  test("never gives more, or less, than it declares", async () => {
    const bytes = await archiveBytes([{ path: "a.jpeg", content: LONG }]);
    for (const declared of [10, LONG.length - 1, LONG.length + 1]) {
      await expectFault(
        changeHeader(bytes, 0, (header) => header.writeUInt32LE(declared, 24)),
        { reason: "corrupt" },
      );
    }
  });

  test("that declares more than the disk has room for is refused at once", async () => {
    const bytes = await archiveBytes([{ path: "a.jpeg", content: LONG }], true);
    const huge = changeHeader(bytes, 0, (header) => {
      let extra = 46 + header.readUInt16LE(28);
      while (header.readUInt16LE(extra) !== 1) extra += 4 + header.readUInt16LE(extra + 2);
      header.writeBigUInt64LE(1n << 50n, extra + 4);
    });
    await expectFault(huge, {
      reason: "unwritable",
      message: expect.stringContaining("1125.9 TB still to come") as unknown as string,
    });
  });

  test("whose entries share their data is refused", async () => {
    const bytes = await archiveBytes([
      { path: "a.jpeg", content: LONG },
      { path: "b.jpeg", content: LONG },
    ]);
    await expectFault(
      changeHeader(bytes, 1, (header) => header.writeUInt32LE(0, 42)),
      { reason: "corrupt", message: expect.stringContaining("overlaps") as unknown as string },
    );
  });
});

test("a wrong checksum is an error; whole files that came before stay", async () => {
  const bytes = await archiveBytes(FILES.slice(1, 3));
  const changed = changeHeader(bytes, 1, (header) => header.writeUInt32LE(1, 16));
  const folder = await temporaryFolder();
  const failure = unpackArchive(await writeArchive(changed), folder);
  await expect(failure).rejects.toBeInstanceOf(FileError);
  await expect(failure).rejects.toMatchObject({
    reason: "corrupt",
    message: expect.stringContaining('"chest_xray/train/NORMAL/b.jpeg" does not have its checksum'),
  });
  expect(await readTree(folder)).toEqual({ "chest_xray/train/NORMAL/a.jpeg": LONG });
});

test.each([
  ["of another length", "stored and more"],
  ["of the same length", "STORED"],
])("another file %s in an entry's place is left alone, and nothing is written", async (_, content) => {
  await expectFault(
    await archiveBytes(FILES),
    { reason: "different" },
    { "chest_xray/train/NORMAL/b.jpeg": content },
  );
});

test("a folder in a file's place, and a file in a folder's", async () => {
  const bytes = await archiveBytes(FILES);
  await expectFault(bytes, { reason: "different" }, { "chest_xray/empty.txt/x": "" });
  const folder = await temporaryFolder({ chest_xray: "" });
  const failure = unpackArchive(await writeArchive(bytes), folder);
  await expect(failure).rejects.toMatchObject({ reason: "unwritable" });
  await expect(unpackArchive(await writeArchive(bytes), join(folder, "chest_xray"))).rejects.toMatchObject({
    reason: "unwritable",
  });
});

test("a full disk is told; what is whole stays, and the next call writes the rest", async () => {
  const archive = await writeArchive(await archiveBytes(FILES));
  const folder = await temporaryFolder();
  const { open } = fileSystem;
  let opened = 0;
  jest.spyOn(fileSystem, "open").mockImplementation(async (...options) => {
    const handle = await open(...options);
    if (++opened === 2) {
      handle.writeFile = () =>
        Promise.reject(
          Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" }),
        );
    }
    return handle;
  });
  const failure = unpackArchive(archive, folder);
  await expect(failure).rejects.toBeInstanceOf(FileError);
  await expect(failure).rejects.toMatchObject({
    reason: "unwritable",
    path: join(folder, "chest_xray/train/NORMAL/b.jpeg"),
    message: expect.stringContaining("no space left on the disk"),
  });
  jest.restoreAllMocks();
  expect(await readTree(folder)).toEqual({ "chest_xray/train/NORMAL/a.jpeg": LONG });
  expect(await unpackArchive(archive, folder)).toMatchObject({ written: 2, present: 1 });
  expect(await readTree(folder)).toEqual(UNPACKED);
});

test("can be stopped between two chunks; the next call goes on", async () => {
  const archive = await writeArchive(await archiveBytes(FILES));
  const folder = await temporaryFolder();
  const controller = new AbortController();
  const failure = unpackArchive(archive, folder, {
    signal: controller.signal,
    onProgress: ({ done }) => {
      if (done > 0) controller.abort();
    },
  });
  await expect(failure).rejects.toBeInstanceOf(InterruptedError);
  await expect(failure).rejects.toMatchObject({ operation: "unpacking" });
  expect(await readTree(folder)).toEqual({});
  expect(await unpackArchive(archive, folder)).toMatchObject({ written: 3 });
  expect(await readTree(folder)).toEqual(UNPACKED);
});

test("an archive that is missing, a folder, or none", async () => {
  const folder = await temporaryFolder({ "notes.zip": "not an archive", "empty.zip": "" });
  await mkdir(join(folder, "folder.zip"));
  for (const [name, reason] of [
    ["absent.zip", "missing"],
    ["folder.zip", "unreadable"],
    ["notes.zip", "corrupt"],
    ["empty.zip", "corrupt"],
  ] as const) {
    const failure = unpackArchive(join(folder, name), join(folder, "out"));
    await expect(failure).rejects.toBeInstanceOf(FileError);
    await expect(failure).rejects.toMatchObject({ reason, path: join(folder, name) });
  }
  expect(await readdir(folder)).not.toContain("out");
});

test.each([
  ["no blocks", () => Promise.resolve({ blocks: 0, bavail: 0, bsize: 4096 })],
  ["nothing", () => Promise.reject(Object.assign(new Error("ENOSYS"), { code: "ENOSYS" }))],
])("a file system that tells %s of its free space is taken to have some", async (_, answer) => {
  const archive = await writeArchive(await archiveBytes(FILES));
  jest.spyOn(fileSystem, "statfs").mockImplementation(answer as unknown as typeof fileSystem.statfs);
  expect(await unpackArchive(archive, await temporaryFolder())).toMatchObject({ written: 3 });
});

test("two calls at once leave whole files", async () => {
  const archive = await writeArchive(await archiveBytes(FILES));
  const folder = await temporaryFolder();
  await Promise.all([unpackArchive(archive, folder), unpackArchive(archive, folder)]);
  expect(await readTree(folder)).toEqual(UNPACKED);
});

test("any files come back byte for byte", async () => {
  const name = fc.string({
    unit: fc.constantFrom("a", "b", "é", "😀", " ", "-"),
    minLength: 1,
    maxLength: 6,
  });
  const folderName = name.map((text) => `${text}x`);
  const file = fc.record({
    path: fc
      .tuple(fc.array(folderName, { maxLength: 2 }), name)
      .map(([folders, file]) => [...folders, `${file}.png`].join("/")),
    content: fc.uint8Array({ maxLength: 200 }),
    compress: fc.boolean(),
  });
  const files = fc.uniqueArray(file, { maxLength: 6, selector: ({ path }) => path.toLowerCase() });
  await fc.assert(
    fc.asyncProperty(files, fc.boolean(), async (all, zip64) => {
      const folder = await temporaryFolder();
      await unpackArchive(await writeArchive(await archiveBytes(all, zip64)), folder);
      const expected = all.map(({ path, content }) => [path, Buffer.from(content).toString("latin1")]);
      expect(await readTree(folder)).toEqual(Object.fromEntries(expected));
    }),
    { numRuns: 20 },
  );
});

test("Kaggle's archive: unpack once, read", async () => {
  const one = ["train/NORMAL/IM-0115-0001.jpeg", "train/PNEUMONIA/person1_virus_6.jpeg"];
  const twice = ["chest_xray/", "chest_xray/chest_xray/"].flatMap((prefix) =>
    one.map((path) => ({ path: prefix + path, content: path })),
  );
  const archive = await writeArchive(await archiveBytes(twice));
  const folder = await temporaryFolder();
  await unpackArchive(archive, folder, { select: (path) => !path.startsWith("chest_xray/chest_xray/") });
  const { records, leftOut } = await readChestXrayPneumonia(folder);
  expect(records.map(({ filename }) => filename)).toEqual(["IM-0115-0001.jpeg", "person1_virus_6.jpeg"]);
  expect(leftOut).toEqual([]);
  await truncate(join(folder, "chest_xray", one[0]!), 3);
  await expect(unpackArchive(archive, folder)).rejects.toMatchObject({ reason: "different" });
  await writeFile(join(folder, "chest_xray", one[0]!), one[0]!);
  expect(await unpackArchive(archive, folder)).toMatchObject({ written: 2, present: 2 });
  expect((await readChestXrayPneumonia(folder)).leftOut).toEqual([
    expect.objectContaining({ what: "copies in the inner chest_xray", count: 2 }),
  ]);
});
