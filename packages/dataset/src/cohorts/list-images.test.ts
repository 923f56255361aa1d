import { mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { FileError } from "@covidxr/core";
import { expect, test } from "@jest/globals";
import { temporaryFolder } from "../testing/temporary-folder.js";
import { listImages } from "./list-images.js";

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
