import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readCohort } from "@covidxr/dataset";
import { verifyRun } from "@covidxr/report";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type ProgramOptions, runProgram, SMALL_NETWORK, writeSmallStudy } from "../testing/run-program.js";

// The whole program as a user runs it, on a small synthetic study and a small input.
let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "covidxr-"));
  await writeSmallStudy(join(root, "study"));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const crossValidate = (args: readonly string[], options?: ProgramOptions) =>
  runProgram(root, ["cross-validate", ...args], options);
const flags = (output: string, ...more: string[]) => [
  ...["--study", "study", "--cache", "cache", "--output", output],
  ...SMALL_NETWORK,
  ...["--epochs", "2", "--folds", "2", "--seeds", "1,2"],
  ...more,
];
const json = async (...path: string[]) => JSON.parse(await readFile(join(root, ...path), "utf8"));

test("tests every image once a seed, by patient and by row, and prints both", async () => {
  const { code, stdout, stderr } = await crossValidate(flags("first"));
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(/Folds by patient: \d+ patients or files in 2 folds/);
  expect(stdout).toMatch(/Folds by row: \d+ rows in 2 folds/);
  expect(stdout).toMatch(/\nFolds by +accuracy.*\npatient +[\d.]+ ± .*\nrow +[\d.]+ ± /);

  expect(stdout).toMatch(
    /\nAll folds, 95 % intervals +folds by patient, seed 1 \(\d+\) +folds by row, seed 1 \(\d+\)\naccuracy +[\d.]+ \[/,
  );
  expect(await readFile(join(root, "first", "report.html"), "utf8")).toContain("Seeds and folds");

  const { by } = await json("first", "cross-validation.json");
  for (const name of ["patient", "row"]) {
    expect(by[name].folds).toHaveLength(4);
    expect(by[name].summary.auc).toMatchObject({ count: 4, undefinedCount: 0 });
    expect(by[name].repeats.map((repeat: { seed: number }) => repeat.seed)).toEqual([1, 2]);
  }
  const lines = (await readFile(join(root, "first", "out-of-fold.csv"), "utf8")).trim().split("\n");
  expect(lines[0]).toBe("filename,label,by,seed,fold,probability,predicted,path");
  const images = by.patient.folds
    .filter((fold: { seed: number }) => fold.seed === 1)
    .reduce((sum: number, fold: { images: number }) => sum + fold.images, 0);
  expect(lines).toHaveLength(1 + 4 * images);
  // Each pass over the folds tests every used image once.
  const cohort = await readCohort(join(root, "first", "cohort.csv"));
  const used = cohort.filter((row) => row.status === "used").map((row) => row.path);
  const rows = lines.slice(1).map((line) => line.split(","));
  for (const [name, seed] of ["patient", "row"].flatMap((by) => ["1", "2"].map((each) => [by, each]))) {
    const paths = rows.filter((row) => row[2] === name && row[3] === seed).map((row) => row[7]);
    expect(paths.sort()).toEqual([...used].sort());
  }
  const { same, checks } = await verifyRun(join(root, "first"));
  expect([same, ...checks.map(({ status }) => status)]).toEqual([true, "same", "same", "same", "same"]);
  const { steps } = await json("first", "cohort-flow.json");
  expect(steps.at(-1)).toMatchObject({ name: "used", kept: used.length });
  const pictures = await readdir(join(root, "first", "thumbnails"), { recursive: true });
  expect(pictures.filter((file) => file.endsWith(".jpg"))).toHaveLength(new Set(used).size);
  expect(await json("first", "run.json")).toMatchObject({
    status: "finished",
    synthetic: true,
    kind: "folds",
    settings: { folds: 2, seeds: [1, 2], by: "both", seed: 1 },
    classes: ["not COVID-19", "COVID-19"],
    published: null,
    model: { name: expect.stringMatching(/^VGG19/), parameters: expect.any(Number) },
  });
});

test("killed and resumed with other flags of the network, it trains the folds that were left and gives the same metrics", async () => {
  const folder = join(root, "killed", "folds-by-patient");
  const killed = await crossValidate(flags("killed", "--by", "patient"), {
    signalAt: { file: "seed-1-fold-2.json", signal: "SIGKILL" },
  });
  expect(killed.code).toBeNull();
  const finished = await readdir(folder);
  expect(finished).toHaveLength(2);
  const times = () => Promise.all(finished.map(async (name) => (await stat(join(folder, name))).mtimeMs));
  const before = await times();
  const resumed = await crossValidate(["--resume", "killed", "--offline"]);
  expect(resumed).toMatchObject({ code: 0, stderr: "" });
  expect(await times()).toEqual(before);
  const { by } = await json("killed", "cross-validation.json");
  expect(by.patient.summary).toEqual((await json("first", "cross-validation.json")).by.patient.summary);
  const outOfFold = await readFile(join(root, "first", "out-of-fold.csv"), "utf8");
  const ofPatients = outOfFold.split("\n").filter((line) => !line.includes(",row,"));
  expect(await readFile(join(root, "killed", "out-of-fold.csv"), "utf8")).toBe(ofPatients.join("\n"));
});

test("a run of another program is refused", async () => {
  const { code, stderr } = await runProgram(root, ["reproduce", "--resume", "first"]);
  expect(stderr.trim()).toMatch(/^Error: resume: expected a run of reproduce, .* is one of cross-validate$/);
  expect(code).toBe(2);
});
