import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { FileError } from "@covidxr/core";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { requireStudy } from "./require-study.js";

let root: string;
const METADATA = "covid-chestxray-dataset/metadata.csv";
const NORMALS = "chest_xray/train/NORMAL";
const LIST = "chestxrays.csv";

async function write(path: string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), "x");
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "covidxr-"));
  await write("file");
  await mkdir(join(root, "empty"));
  await write("own/covid/a.png");
  await write(`unlisted/${METADATA}`);
  await mkdir(join(root, "odd", METADATA), { recursive: true });
  await write(`whole/${METADATA}`);
  await write(`whole/${LIST}`);
  await mkdir(join(root, "whole", NORMALS), { recursive: true });
});
afterAll(() => rm(root, { recursive: true, force: true }));

test.each([
  ["nowhere", false, "", "missing", "expected a study folder, found nothing"],
  ["file", false, "", "not-a-directory", "expected a study folder, found a file"],
  ["empty", false, METADATA, "missing", "expected the study's file, found nothing"],
  ["own", false, METADATA, "missing", "expected the study's file, found nothing"],
  ["odd", false, METADATA, "unreadable", "expected the study's file, found a folder"],
  ["unlisted", false, LIST, "missing", "draw the normal images anew with --redraw"],
  ["unlisted", true, NORMALS, "missing", "expected the study's directory, found nothing"],
])("the folder %s (redraw: %s) is refused for %j", async (name, redraw, path, reason, words) => {
  const failure = requireStudy(join(root, name), redraw);
  await expect(failure).rejects.toBeInstanceOf(FileError);
  await expect(failure).rejects.toMatchObject({ path: join(root, name, path), reason });
  await expect(failure).rejects.toThrow(words);
  // What suits a folder of one's own.
  await expect(failure).rejects.toThrow("call trainClassifier(folder, ");
});

test("a folder with all inputs is taken, with the list or to draw anew", async () => {
  await requireStudy(join(root, "whole"), false);
  await requireStudy(join(root, "whole"), true);
});
