import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { FileError } from "@covidxr/core";
import { expect, test } from "@jest/globals";
import { temporaryFolder } from "../testing/temporary-folder.js";
import { isLicencesPath, licencesFile, writeLicences } from "./licences-file.js";

test.each([
  [undefined, "LICENCES.md"],
  ["files.csv", "LICENCES-files.md"],
  ["/some/where/our list.v2.csv", "LICENCES-our list.v2.md"],
  ["a:b?c\u001b.csv", "LICENCES-a-b-c-.md"],
])("the licences of the manifest %j stand in %s, a name that no file of a manifest has", (manifest, file) => {
  expect(licencesFile(manifest)).toBe(file);
  expect(isLicencesPath(file)).toBe(true);
  expect(isLicencesPath(`${file.toLowerCase()}/a.png`)).toBe(true);
  expect(isLicencesPath(`images/${file}`)).toBe(false);
});

test("the last line is the digest of the text, and the file is written again as long as they agree", async () => {
  const folder = await temporaryFolder();
  const path = join(folder, "LICENCES.md");
  expect(await writeLicences(folder, "LICENCES.md", "one\n")).toBe(true);
  const digest = createHash("sha256").update("one\n").digest("hex");
  expect(await readFile(path, "utf8")).toBe(`one\n\n<!-- sha256 of the text above: ${digest} -->\n`);
  expect(await writeLicences(folder, "LICENCES.md", "two\n")).toBe(true);
  const two = await readFile(path, "utf8");
  expect(two).toMatch(/^two\n/);
  await writeFile(path, two.replace("two", "2"));
  expect(await writeLicences(folder, "LICENCES.md", "three\n")).toBe(false);
  expect(await readFile(path, "utf8")).toMatch(/^2\n/);
});

test("what cannot be read is told", async () => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, "LICENCES.md"));
  const failure = writeLicences(folder, "LICENCES.md", "text");
  await expect(failure).rejects.toBeInstanceOf(FileError);
  await expect(failure).rejects.toMatchObject({ reason: "unreadable", path: join(folder, "LICENCES.md") });
});
