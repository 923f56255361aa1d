import { expect, test } from "@jest/globals";
import { STUDY_LAYOUT } from "../cohorts/study-layout.js";
import { studyFiles } from "./study-files.js";

test("names the study's files: two tables, 195 radiographs, 106 normals", () => {
  const files = studyFiles();
  const inFolder = (folder: string) => files.filter(({ path }) => path.startsWith(`${folder}/`)).length;
  expect(files.map(({ path }) => path).slice(0, 2)).toEqual([STUDY_LAYOUT.metadata, STUDY_LAYOUT.list]);
  expect([
    files.length,
    inFolder(`${STUDY_LAYOUT.radiographs}/images`),
    inFolder(STUDY_LAYOUT.normals),
  ]).toEqual([303, 195, 106]);
  expect(new Set(files.map(({ repository, commit }) => `${repository}@${commit}`))).toEqual(
    new Set([
      "ieee8023/covid-chestxray-dataset@ebebde0f9983cfe45a6e303a85213d9e5dafb2da",
      "PierreSylvain/covid-chestxray-detector@3bbf2645c1b85f887ba48969844db3d67940f66c",
    ]),
  );
});

test("knows a length and both digests of all but five radiographs, and of those git's digest", () => {
  const files = studyFiles();
  const whole = files.filter(({ bytes, digests }) => bytes !== undefined && digests.sha256 !== undefined);
  expect(whole).toHaveLength(298);
  expect(files.every(({ digests }) => digests.gitBlobSha1 !== undefined)).toBe(true);
  expect(whole.reduce((sum, { bytes }) => sum + bytes!, 0)).toBe(138_222_561);
});
