import { mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { FileError, InterruptedError } from "@covidxr/core";
import { expect, test } from "@jest/globals";
import { temporaryFolder } from "../testing/folders.js";
import { cohortRow } from "../testing/rows.js";
import { listImages, locateFiles } from "./image-files.js";

test("says what stands at each path and leaves rows, order and split alone", async () => {
  const folder = await temporaryFolder({ "images/a.png": "", "images/b.png": "" });
  await mkdir(join(folder, "images/folder.png"));
  const rows = [
    cohortRow("images/a.png"),
    cohortRow("images/gone.png", { status: "unreadable" }),
    cohortRow("images/a.png"),
    cohortRow("images/gone.png"),
    cohortRow("images/a.png", { split: "test" }),
    cohortRow("images/folder.png"),
    cohortRow("images/a.png/below.png"),
    cohortRow("images/b.png", { split: null }),
    cohortRow("images/b.png", { split: null }),
  ];
  const located = await locateFiles(rows, folder);
  expect(located.map(({ status }) => status)).toEqual([
    "used",
    "missing",
    "duplicate",
    "missing",
    "used",
    "unreadable",
    "missing",
    "used",
    "duplicate",
  ]);
  expect(located.map((row) => ({ ...row, status: "used" }))).toEqual(
    rows.map((row) => ({ ...row, status: "used" })),
  );
});

test("can be stopped", async () => {
  const failure = locateFiles([cohortRow("images/a.png")], "nowhere", { signal: AbortSignal.abort() });
  await expect(failure).rejects.toBeInstanceOf(InterruptedError);
  await expect(failure).rejects.toMatchObject({ operation: "locating files" });
});

test("names images of any case in code-point order, nothing else", async () => {
  const names = [
    "b.png",
    "a.JPEG",
    "B.jpg",
    "é.jpeg",
    "a10.png",
    "a2.png",
    ".hidden.png",
    "notes.txt",
    "png",
  ];
  const folder = await temporaryFolder(
    Object.fromEntries(["__MACOSX/._a.png", "sub/c.png", ...names].map((n) => [n, ""])),
  );
  await mkdir(join(folder, "folder.png"));
  await symlink(join(folder, "b.png"), join(folder, "link.png"));
  await symlink(join(folder, "nowhere"), join(folder, "broken.png"));
  expect(await listImages(folder)).toEqual([
    "B.jpg",
    "a.JPEG",
    "a10.png",
    "a2.png",
    "b.png",
    "link.png",
    "é.jpeg",
  ]);
});

test("an empty folder has no images; a missing one and a file are errors", async () => {
  const folder = await temporaryFolder({ file: "" });
  await mkdir(join(folder, "empty"));
  expect(await listImages(join(folder, "empty"))).toEqual([]);
  for (const [name, reason] of [
    ["absent", "missing"],
    ["file", "not-a-directory"],
  ] as const) {
    const failure = listImages(join(folder, name));
    await expect(failure).rejects.toBeInstanceOf(FileError);
    await expect(failure).rejects.toMatchObject({ reason, path: join(folder, name) });
  }
});
