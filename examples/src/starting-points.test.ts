import { spawnSync } from "node:child_process";
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { readCohort } from "@covidxr/dataset";
import { readStudyList, STUDY_LAYOUT } from "@covidxr/dataset/study";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { writeSmallStudy } from "./testing/small-study.js";

// The programs that users copy, on what was built, from a folder of their own.
let root: string;
const run = (program: string, ...args: string[]) =>
  spawnSync(process.execPath, [join(process.cwd(), "examples", program, "index.mjs"), ...args], {
    cwd: root,
    encoding: "utf8",
  });

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "covidxr-"));
  const study = join(root, "study");
  writeSmallStudy(study);
  for (const name of ["covid", "normal"]) await mkdir(join(root, "images", name), { recursive: true });
  const { rows } = await readStudyList(join(study, STUDY_LAYOUT.list));
  const taken = [0, 0];
  for (const { path, label } of rows) {
    if (++taken[label]! > 14) continue;
    const target = join(root, "images", label === 1 ? "covid" : "normal", basename(path));
    await copyFile(join(study, path), target).catch(() => {}); // Two are listed only.
  }
  await writeFile(join(root, "images/normal/text.jpg"), "not an image");
});
afterAll(() => rm(root, { recursive: true, force: true }));

describe("examples/minimal, then examples/predict", () => {
  test("a folder of images for each class in, a report out; its model gives probabilities", async () => {
    const trained = run("minimal", "images", "covid", "random");
    expect(trained.stderr).toBe("");
    expect(trained.status).toBe(0);
    expect(trained.stdout).toContain("epoch 40: ");
    const report = await readFile(join(root, "run/report.html"), "utf8");
    expect(report).toContain("not covid");
    const cohort = await readCohort(join(root, "run/cohort.csv"));
    expect(cohort.find(({ path }) => path === "normal/text.jpg")?.status).toBe("unreadable");

    const [covid] = cohort.filter(({ label, status }) => label === 1 && status === "used");
    const predicted = run("predict", "run/model", join("images", covid!.path), "images/normal/text.jpg");
    expect(predicted.stdout.trim().split("\n")).toEqual([
      expect.stringMatching(/^images\/covid\/.*\t[01]\.\d{4}\t(not )?covid$/),
    ]);
    expect(predicted.stderr).toContain("not a diagnostic device");
    expect(predicted.stderr).toMatch(/text\.jpg: expected a JPEG or PNG/);
    expect(predicted.status).toBe(1);
  });

  test.each([
    ["minimal", ["nowhere", "covid", "random"], /^.*nowhere: expected /],
    ["minimal", ["images", "measles", "random"], /^.*positive findings: expected records with "measles"/],
    ["predict", ["nowhere"], /^nowhere\/model\.json: expected /],
  ])("%s %p: one line", (program, args, line) => {
    const { status, stderr } = run(program, ...args);
    expect(
      stderr
        .trim()
        .split("\n")
        .filter((text) => !/^=*$|TensorFlow/.test(text)),
    ).toEqual([expect.stringMatching(line)]);
    expect(status).toBe(1);
  });
});
