import { mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { FileError, InterruptedError } from "@covidxr/core";
import { afterEach, expect, jest, test } from "@jest/globals";
import fc from "fast-check";
import { shuffleFolders, temporaryFolder } from "../testing/folders.js";
import { createTally } from "./collection.js";
import { listFiles } from "./list-files.js";

afterEach(() => {
  jest.restoreAllMocks();
});

async function list(folder: string, skip?: (path: string) => boolean) {
  const tally = createTally();
  const files = await listFiles(folder, { tally, signal: undefined, ...(skip && { skip }) });
  return { files, leftOut: tally.list() };
}

test("lists files of all depths by name and counts what it passes over", async () => {
  const paths = [
    "b/z.png",
    "b/a/x.jpg",
    "b-/y.txt",
    "a.png",
    ".hidden",
    ".git/config",
    ".git/deep/more",
    "b/.DS_Store",
    "b/._z.png",
    "__MACOSX/b/._z.png",
    "__MACOSX/plain.png",
    "skipped/x.png",
  ];
  const folder = await temporaryFolder(Object.fromEntries(paths.map((path) => [path, ""])));
  await mkdir(join(folder, "empty"));
  await symlink(join(folder, "a.png"), join(folder, "link.png"));
  await symlink(folder, join(folder, "b", "circle"));
  await symlink(join(folder, "nowhere"), join(folder, "broken.png"));
  expect(await list(folder, (path) => path === "skipped")).toEqual({
    files: ["a.png", "b/a/x.jpg", "b/z.png", "b-/y.txt"],
    leftOut: [
      { what: "hidden files and folders", count: 2, examples: [".git/", ".hidden"] },
      {
        what: "what macOS adds (__MACOSX, .DS_Store, ._*)",
        count: 4,
        examples: ["__MACOSX/b/._z.png", "__MACOSX/plain.png", "b/.DS_Store"],
      },
      { what: "links to a folder above them", count: 1, examples: ["b/circle"] },
      { what: "links to nothing", count: 1, examples: ["broken.png"] },
      { what: "links to files that are listed already", count: 1, examples: ["link.png"] },
    ],
  });
});

test("links to folders within the root are followed, those outside are counted with their reason", async () => {
  const [folder, elsewhere] = [
    await temporaryFolder({ ".store/c/a.png": "", "n/b.png": "" }),
    await temporaryFolder({ "x.png": "" }),
  ];
  await symlink(join(folder, ".store", "c"), join(folder, "covid"));
  await symlink(join(folder, "n"), join(folder, "again"));
  await symlink(elsewhere, join(folder, "other"));
  await symlink(join(elsewhere, "x.png"), join(folder, "n", "x.png"));
  expect(await list(folder)).toEqual({
    files: ["covid/a.png", "n/b.png", "n/x.png"],
    leftOut: [
      { what: "hidden files and folders", count: 1, examples: [".store/"] },
      { what: "links to files that are listed already", count: 2, examples: ["again/b.png", "again/x.png"] },
      {
        what: "links to folders outside (not followed; give the folder above both, or move it in)",
        count: 1,
        examples: ["other"],
      },
    ],
  });
});

test("a folder that is missing, or a file", async () => {
  const folder = await temporaryFolder({ file: "" });
  for (const [name, reason] of [
    ["absent", "missing"],
    ["file", "not-a-directory"],
  ] as const) {
    const failure = list(join(folder, name));
    await expect(failure).rejects.toBeInstanceOf(FileError);
    await expect(failure).rejects.toMatchObject({ reason, path: join(folder, name) });
  }
});

test("can be stopped", async () => {
  const failure = listFiles(await temporaryFolder(), { tally: createTally(), signal: AbortSignal.abort() });
  await expect(failure).rejects.toBeInstanceOf(InterruptedError);
  await expect(failure).rejects.toMatchObject({ operation: "reading a folder" });
});

test("whatever the order in which the file system lists its folders, the outcome is the same", async () => {
  const name = fc.constantFrom(
    "a",
    "B",
    "c.png",
    "é.png",
    "😀.png",
    "\uFF5E.png",
    ".d",
    "._e",
    "__MACOSX",
    "-",
  );
  const paths = fc.array(fc.array(name, { minLength: 1, maxLength: 3 }), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(paths, fc.nat(), async (all, seed) => {
      // A name that is a folder of another path cannot be a file.
      const files = all.map((parts) => [...parts.map((part) => `${part}_`), "file.png"].join("/"));
      const named = all.map((parts) =>
        [...parts.slice(0, -1).map((part) => `${part}_`), parts.at(-1)].join("/"),
      );
      const folder = await temporaryFolder(
        Object.fromEntries([...files, ...named].map((path) => [path, ""])),
      );
      const expected = await list(folder);
      shuffleFolders(seed);
      const shuffled = await list(folder);
      jest.restoreAllMocks();
      expect(shuffled).toEqual(expected);
      const seen = expected.files.length + expected.leftOut.reduce((sum, { count }) => sum + count, 0);
      const hiddenFolders = expected.leftOut.filter(({ what }) => what.startsWith("hidden")).length;
      if (hiddenFolders === 0) expect(seen).toBe(new Set([...files, ...named]).size);
    }),
    { numRuns: 40 },
  );
});
