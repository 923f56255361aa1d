import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { InterruptedError } from "@covidxr/core";
import { expect, test } from "@jest/globals";
import { temporaryFolder } from "../testing/folders.js";
import { studyFiles } from "./manifest.js";
import { verifyStudy } from "./verify-study.js";

test("names the study's files that hold something else; those that are missing are no difference", async () => {
  const folder = await temporaryFolder({ "own.png": "x" });
  const { length } = studyFiles();
  expect(await verifyStudy(folder)).toEqual({ files: length, verified: 0, different: [] });
  const image = studyFiles()[2]!.path;
  await mkdir(dirname(join(folder, image)), { recursive: true });
  await writeFile(join(folder, image), "another image");
  await writeFile(join(folder, "chestxrays.csv"), "filename,covid-19\n");
  expect(await verifyStudy(folder)).toEqual({
    files: length,
    verified: 0,
    different: ["chestxrays.csv", image],
  });
  await expect(verifyStudy(folder, { signal: AbortSignal.abort() })).rejects.toBeInstanceOf(InterruptedError);
});
