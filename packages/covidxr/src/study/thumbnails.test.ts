import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InterruptedError, InvalidArgumentError } from "@covidxr/core";
import type { CohortRow } from "@covidxr/dataset";
import { decodeImage, type PreparedImage } from "@covidxr/image";
import { createRun, type RunWriter, resumeRun } from "@covidxr/report";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { saveThumbnails } from "./thumbnails.js";

let root: string;
let folder: RunWriter;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "covidxr-"));
  folder = await createRun(root, { program: "reproduce", settings: {}, now: new Date(0) });
});
afterEach(() => rm(root, { recursive: true, force: true }));

const row = (path: string, change: Partial<CohortRow> = {}) =>
  ({ path, status: "used", split: "train", license: null, ...change }) as CohortRow;

/** Grey pictures of 191 × 160 pixels; `grey` is what they are filled with. */
async function save(
  rows: readonly CohortRow[],
  { grey = 100, resume = false, signal = new AbortController().signal } = {},
) {
  const data = new Uint8Array(191 * 160 * 3).fill(grey);
  const image: PreparedImage = {
    path: "",
    key: "",
    making: { height: 160, width: 191, method: "nearest", decoder: { name: "jimp", version: "1" } },
    pixels: async () => ({ width: 191, height: 160, data }),
  };
  const opened = resume ? await resumeRun(root, { now: new Date(0) }) : folder;
  const stage = <T>(_: string, __: string, ___: string, work: (onProgress: () => void) => Promise<T>) =>
    work(() => {});
  await saveThumbnails({ folder: opened, stage, signal }, rows, () => image);
}

const greyOf = async (path: string): Promise<number> => {
  const bytes = await readFile(join(root, "thumbnails", path));
  return (await decodeImage(bytes, { name: path })).data[0]!;
};

test("each used file has one picture at its row's path", async () => {
  await save([
    row("a/b/one.png"),
    row("a/b/one.png", { split: "test" }),
    row("a/two.jpeg"),
    row("missing.png", { status: "missing" }),
  ]);
  const entries = await readdir(join(root, "thumbnails"), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  expect(files.sort()).toEqual(["one.png.jpg", "two.jpeg.jpg"]);
  const bytes = await readFile(join(root, "thumbnails/a/b/one.png.jpg"));
  expect(await decodeImage(bytes, { name: "one" })).toMatchObject({ width: 128, height: 107 });
});

test("a run that goes on keeps the pictures that are there, a new one makes them again", async () => {
  await save([row("one.png")], { grey: 40 });
  await save([row("one.png"), row("two.png")], { grey: 200, resume: true });
  const kept = await greyOf("one.png.jpg");
  expect(Math.abs(kept - 40)).toBeLessThanOrEqual(2);
  expect(Math.abs((await greyOf("two.png.jpg")) - 200)).toBeLessThanOrEqual(2);
  await save([row("one.png")], { grey: 200 });
  expect(Math.abs((await greyOf("one.png.jpg")) - 200)).toBeLessThanOrEqual(2);
});

test("an image whose licence forbids altered copies has none, and loses one that an earlier run left", async () => {
  const rows = [row("a/free.png", { license: "CC BY-SA" }), row("a/kept.png"), row("a/later.png")];
  await save(rows);
  const marked = [rows[0]!, row("a/kept.png", { license: "CC BY-NC-ND" }), row("a/later.png")];
  const twice = row("a/later.png", { license: "CC BY-ND", split: "test", status: "missing" });
  for (const resume of [true, false]) {
    await save([...marked, twice], { resume });
    expect(await readdir(join(root, "thumbnails", "a"))).toEqual(["free.png.jpg"]);
  }
});

test("one that cannot be removed is an error with its path", async () => {
  await mkdir(join(root, "thumbnails/one.png.jpg"), { recursive: true });
  const saved = save([row("one.png", { license: "CC BY-ND" })]);
  await expect(saved).rejects.toMatchObject({
    kind: "file",
    path: join(root, "thumbnails/one.png.jpg"),
    reason: "unwritable",
  });
});

test.each(["../out.png", "a/../../out.png", "../thumbnails-of-another/a.png"])(
  "no picture leaves its folder: %s",
  async (path) => {
    const saved = save([row("one.png"), row(path)]);
    await expect(saved).rejects.toThrow(InvalidArgumentError);
    await expect(saved).rejects.toMatchObject({ parameter: "rows", value: path });
    expect(await readdir(root)).toEqual(["run.json"]);
  },
);

test("an interruption stops it", async () => {
  const saved = save([row("one.png")], { signal: AbortSignal.abort() });
  await expect(saved).rejects.toThrow(InterruptedError);
  await expect(saved).rejects.toMatchObject({ operation: "writing thumbnails" });
});

test("a picture that cannot be written is an error with its path", async () => {
  await writeFile(join(root, "thumbnails"), "");
  await expect(save([row("one.png")])).rejects.toMatchObject({
    kind: "file",
    path: join(root, "thumbnails/one.png.jpg"),
    reason: "unwritable",
  });
});
