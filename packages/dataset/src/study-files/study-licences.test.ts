import { describe, expect, test } from "@jest/globals";
import { record } from "../testing/record.js";
import type { StudyFile } from "./study-file.js";
import { studyFiles } from "./study-files.js";
import { studyLicences } from "./study-licences.js";

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
    expect(text).toContain("once the metadata are there");
    expect(text).toContain("CC BY 4.0");
  });

  test("does not know the terms of another repository, and says so", () => {
    const { text, images } = studyLicences([file("x/y.png", "someone/else")], null);
    expect(images).toEqual([]);
    expect(text).toContain("## someone/else");
    expect(text).toContain("not known here");
    expect(text).not.toContain("CC BY");
  });

  test("keeps the metadata's text in its cell", () => {
    const { text } = studyLicences(FILES, [record({ filename: "a.png", license: "x | y\n\u001b[2Jz" })]);
    expect(text).toContain("| x \\| y [2Jz | 1 | unknown |");
  });

  test("of the study's files tells both sources", () => {
    const { text } = studyLicences(studyFiles(), null);
    expect(text.match(/^## .*/gm)).toEqual(["## covid-chestxray-dataset", "## covid-chestxray-detector"]);
    expect(text).toContain("Normal radiographs (106)");
    expect(Math.max(...text.split("\n").map(({ length }) => length))).toBeLessThan(121);
  });
});
