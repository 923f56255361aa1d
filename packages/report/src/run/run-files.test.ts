import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { writeSampleRun } from "../testing/write-sample-run.js";
import { writeReport } from "../write-report.js";
import { createRun, resumeRun } from "./open-run.js";
import { checkRunFiles, listRuns, readRun, readRunRecord } from "./read-run.js";
import { listRunFiles } from "./run-files.js";

let root: string;
let folder: string;
let outside: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "covidxr-"));
  folder = join(root, "run");
  outside = join(root, "outside");
  await mkdir(outside);
  await writeFile(join(outside, "own.svg"), "mine");
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** Puts a file of the run below the folder. */
async function put(path: string): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), path);
}

const now = new Date(0);
const start = { program: "test", settings: { threshold: 0.5 }, now };

test("lists the files of the layout, and nothing else", async () => {
  const own = [
    ...["run.json", "thumbnails/a/b.png.jpg", "model/model.json", "model/weights-1.bin", "model.onnx"],
    ...["folds-by-row/seed-0-fold-1.json", "organized/train/0_normal/a.png", "figures/roc.svg"],
  ];
  const others = [
    ...["notes.txt", "run.json.123", "thumbnails/.DS_Store", "thumbnails/a.jpg.123", "src/run.json"],
    ...["cache/features/ab/abc.bin", "checkpoints/epoch-000001.safetensors", "organized/.partial"],
  ];
  for (const path of [...own, ...others]) await put(path);
  expect(await listRunFiles(folder)).toEqual(own.sort());
  expect(await listRunFiles(join(root, "nowhere"))).toEqual([]);
  expect(await listRunFiles(join(folder, "run.json"))).toEqual([]);
});

// Each is a place that something reads, writes, or removes.
const PLACES = [
  ...[
    "MODEL_CARD.md",
    "report.html",
    "metrics.json",
    "figures",
    "figures/roc.svg",
    "run.json",
    "manifest.json",
  ],
  ...[
    "cohort.csv",
    "predictions.csv",
    "audit.json",
    "other-split.json",
    "thumbnails",
    "thumbnails/a.png.jpg",
  ],
  ...[
    "model",
    "model/model.json",
    "model/any-name",
    "model.onnx",
    "checkpoints",
    "folds-by-row",
    "organized",
  ],
  ...["cache", "cache/features"],
];

describe("a symbolic link", () => {
  const REFUSED = { name: "FileError", reason: "corrupt" };

  test.each(PLACES)("at %s is refused by whatever reads or writes the folder", async (place) => {
    await writeSampleRun(folder, { kind: "holdout", manifest: false });
    const path = join(folder, place);
    await rm(path, { recursive: true, force: true });
    await mkdir(dirname(path), { recursive: true });
    await symlink(outside, path);
    const attempts: Readonly<Record<string, () => Promise<unknown>>> = {
      readRun: () => readRun(folder),
      writeReport: () => writeReport(folder),
      acceptEdits: () => writeReport(folder, { acceptEdits: true }),
      createRun: () => createRun(folder, start),
      resumeRun: () => resumeRun(folder, { now }),
      checkRunFiles: () => checkRunFiles(folder, () => true),
    };
    for (const [name, attempt] of Object.entries(attempts)) {
      const outcome = await attempt().then(
        () => name,
        ({ name: kind, reason, path: own }) => ({ name: kind, reason, path: own }),
      );
      expect(outcome).toEqual({ ...REFUSED, path });
    }
    expect(await readFile(join(outside, "own.svg"), "utf8")).toBe("mine");
  });

  test("in place of run.json is refused by its reader; a list of runs passes over it", async () => {
    await writeSampleRun(join(root, "another"), { kind: "holdout" });
    await mkdir(folder);
    await symlink(join(root, "another", "run.json"), join(folder, "run.json"));
    await expect(readRunRecord(folder)).rejects.toMatchObject(REFUSED);
    expect((await listRuns(root)).map((run) => run.folder)).toEqual([join(root, "another")]);
  });

  test("to the folder itself, or beside its files, is of no matter", async () => {
    await writeSampleRun(folder, { kind: "holdout" });
    await symlink(outside, join(folder, "notes"));
    await symlink(folder, join(root, "latest"));
    expect((await readRun(join(root, "latest"))).kind).toBe("holdout");
  });
});

const onUnix = process.platform === "win32" ? test.skip : test;
onUnix("a pipe, which would be waited on for ever, is refused", async () => {
  await writeSampleRun(folder, { kind: "holdout", manifest: false });
  execFileSync("sh", ["-c", `mkfifo "$0"`, join(folder, "audit.json")]);
  const refused = { name: "FileError", reason: "corrupt", path: join(folder, "audit.json") };
  await expect(readRun(folder)).rejects.toMatchObject(refused);
});
