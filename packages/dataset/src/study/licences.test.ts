import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { FileError } from "@covidxr/core";
import { describe, expect, test } from "@jest/globals";
import { temporaryFolder } from "../testing/folders.js";
import { record } from "../testing/rows.js";
import { licencesFile, studyLicences, writeLicences } from "./licences.js";
import { isLicencesPath, type StudyFile, studyFiles } from "./manifest.js";

const IMAGES = "covid-chestxray-dataset/images";
const NORMALS = "chest_xray/train/NORMAL";
const COMMIT = "0".repeat(40);

const file = (path: string, repository: string): StudyFile => ({
  ...{ path, repository, commit: COMMIT, repositoryPath: path },
  ...{ urls: ["https://example.org/x"], bytes: 1, digests: { sha256: "" } },
});

const FILES = [
  file("covid-chestxray-dataset/metadata.csv", "ieee8023/covid-chestxray-dataset"),
  file("chestxrays.csv", "PierreSylvain/covid-chestxray-detector"),
  ...["a", "b", "c", "d", "e"].map((name) =>
    file(`${IMAGES}/${name}.png`, "ieee8023/covid-chestxray-dataset"),
  ),
  file(`${NORMALS}/n.jpeg`, "PierreSylvain/covid-chestxray-detector"),
];

const RECORDS = [
  record({ filename: "a.png", license: "CC BY-NC-SA" }),
  record({ filename: "b.png", license: "CC BY-NC-ND" }),
  record({ filename: "c.png", license: "CC BY-NC-SA" }),
  record({ filename: "d.png", license: null }),
  record({ filename: "not-fetched.png", license: "CC BY-ND" }),
];

describe("studyLicences", () => {
  test("counts the images that are fetched, and names those that forbid derivatives", () => {
    const { images, noDerivatives } = studyLicences(FILES, RECORDS);
    expect(images).toEqual([
      { source: "covid-chestxray-dataset", license: "CC BY-NC-SA", images: 2, derivatives: "allowed" },
      { source: "covid-chestxray-dataset", license: null, images: 2, derivatives: "unknown" },
      { source: "covid-chestxray-dataset", license: "CC BY-NC-ND", images: 1, derivatives: "forbidden" },
      { source: "chest-xray-pneumonia", license: "CC BY 4.0", images: 1, derivatives: "allowed" },
    ]);
    expect(noDerivatives).toEqual([`${IMAGES}/b.png`]);
  });

  test("says all of it in words", () => {
    const { text } = studyLicences(FILES, RECORDS);
    expect(text).toContain("| CC BY-NC-SA | 2 | yes, under its terms |\n| not stated | 2 | unknown |\n");
    expect(text).toContain("| CC BY-NC-ND | 1 | no |");
    expect(text).toContain(`\n- ${IMAGES}/b.png\n`);
    expect(text).not.toContain(`${IMAGES}/a.png`);
    for (const fact of [
      "CC BY-NC-SA 4.0",
      "Cohen, Morrison and Dao 2020",
      "Kermany, Zhang and Goldbaum 2018",
      "10.17632/rscbjbr9sj.2",
      "MIT, Copyright 2020 Pierre-Sylvain Augereau",
      "diagnostic",
      COMMIT,
    ])
      expect(text).toContain(fact);
    expect(studyLicences(FILES, RECORDS).text).toBe(text);
  });

  test("before the metadata are there, counts what is known without them", () => {
    const { images, noDerivatives, text } = studyLicences(FILES, null);
    expect(images.map(({ source }) => source)).toEqual(["chest-xray-pneumonia"]);
    expect(noDerivatives).toEqual([]);
    expect(text).toContain("once the metadata have been downloaded");
    expect(text).toContain("CC BY 4.0");
  });

  test("does not know the terms of another repository, and says so", () => {
    const { text, images } = studyLicences([file("x/y.png", "someone/else")], null);
    expect(images).toEqual([]);
    expect(text).toContain("## someone/else");
    expect(text).toContain("not known to this program");
    expect(text).not.toContain("CC BY");
  });

  test("keeps the metadata's text in its cell", () => {
    const { text } = studyLicences(FILES, [record({ filename: "a.png", license: "x | y\n\u001b[2Jz" })]);
    expect(text).toContain("| x \\| y [2Jz | 1 | unknown |");
    const hostile = record({ filename: "a.png", license: "[x](http://y.z) <b> \\" });
    expect(studyLicences(FILES, [hostile]).text).toContain("| [x]\\(http://y.z) \\<b> \\\\ | 1 | unknown |");
  });

  test("of the study's files tells both sources", () => {
    const { text } = studyLicences(studyFiles(), null);
    expect(text.match(/^## .*/gm)).toEqual(["## covid-chestxray-dataset", "## covid-chestxray-detector"]);
    expect(text).toContain("Normal radiographs (106)");
    expect(Math.max(...text.split("\n").map(({ length }) => length))).toBeLessThan(121);
  });
});

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
