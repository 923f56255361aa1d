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
    files: ["a.png", "b/a/x.jpg", "b/z.png", "b-/y.txt", "link.png"],
    leftOut: [
      { what: "hidden files and folders", count: 2, examples: [".git/", ".hidden"] },
      {
        what: "what macOS adds (__MACOSX, .DS_Store, ._*)",
        count: 4,
        examples: ["__MACOSX/b/._z.png", "__MACOSX/plain.png", "b/.DS_Store"],
      },
      { what: "links to folders, or to nothing", count: 2, examples: ["b/circle", "broken.png"] },
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
