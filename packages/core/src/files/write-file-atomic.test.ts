import { mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { FileError } from "../errors.js";
import { writeFileAtomic } from "./write-file-atomic.js";

test("writes bytes and text, makes folders and leaves no temporary file", async () => {
  const folder = await mkdtemp(join(tmpdir(), "covidxr-"));
  await writeFileAtomic(join(folder, "a", "bytes"), Uint8Array.of(1, 2, 3).subarray(1));
  await writeFileAtomic(join(folder, "a", "text"), "grüß");
  expect([...(await readFile(join(folder, "a", "bytes")))]).toEqual([2, 3]);
  expect(await readFile(join(folder, "a", "text"), "utf8")).toBe("grüß");
  expect((await readdir(join(folder, "a"))).sort()).toEqual(["bytes", "text"]);
});

test("a folder that is a file is an unwritable path", async () => {
  const folder = await mkdtemp(join(tmpdir(), "covidxr-"));
  await writeFile(join(folder, "file"), "");
  const failure = writeFileAtomic(join(folder, "file", "x"), "");
  await expect(failure).rejects.toBeInstanceOf(FileError);
  await expect(failure).rejects.toMatchObject({ reason: "unwritable" });
});
