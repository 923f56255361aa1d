import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { runProgram } from "../testing/run-program.js";
import { writeSmallRun } from "../testing/write-small-run.js";

// The programs as a user runs them, on the folders of small runs.
let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "covidxr-"));
  await writeSmallRun(join(root, "a"));
  await writeSmallRun(join(root, "b"), { gain: 0.6 });
  await writeSmallRun(join(root, "stopped"), { record: { status: "interrupted" } });
});
afterAll(() => rm(root, { recursive: true, force: true }));

describe("report", () => {
  test("makes a run's report from its files, and says where it is", async () => {
    const { code, stdout, stderr } = await runProgram(root, ["report", "a"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain(
      `Report: ${join(root, "a", "report.html")} (with MODEL_CARD.md, CLAIM.md and 9 figures)`,
    );
    expect(await readdir(join(root, "a", "figures"))).toHaveLength(9);
  });

  test("names a file that was altered; an edit on purpose is accepted, and said first", async () => {
    const folder = join(root, "edited");
    await writeSmallRun(folder);
    await writeFile(join(folder, "audit.txt"), "added");
    const refused = await runProgram(root, ["report", "edited"]);
    expect({ code: refused.code, stdout: refused.stdout }).toEqual({ code: 1, stdout: "" });
    expect(refused.stderr).toMatch(/^Error: .*audit\.txt: expected no such file.*--accept-edits\n$/);
    const { code, stdout } = await runProgram(root, ["report", "edited", "--accept-edits"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^\nEdited after the run: audit\.txt\. /);
  });

  test.each([
    {
      why: "no folder",
      args: ["nowhere"],
      says: /^Error: .*nowhere.*run\.json: expected the record of a run, found none/,
    },
    {
      why: "a run that was stopped",
      args: ["stopped"],
      says: /^Error: .*expected a finished run, this one is "interrupted"/,
    },
    { why: "no argument", args: [], status: 2, says: /missing required argument 'run'/ },
  ])("answers $why with one line", async ({ args, says, status = 1 }) => {
    const { code, stdout, stderr } = await runProgram(root, ["report", ...args]);
    expect({ code, stdout }).toEqual({ code: status, stdout: "" });
    expect(stderr).toMatch(says);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });
});

test("verify says what was compared, and what differs, with a status", async () => {
  await writeSmallRun(join(root, "handed on"));
  const first = await runProgram(root, ["verify", "handed on"]);
  expect({ code: first.code, stderr: first.stderr }).toEqual({ code: 0, stderr: "" });
  expect(first.stdout).toMatch(/\n {2}files +same +4 files as manifest\.json has them\n/);
  expect(first.stdout).toMatch(/\n {2}metrics +not checked +there is no metrics\.json; write the report\n/);
  expect(first.stdout).toMatch(/\n {2}model +not checked +the run has no model\/\n/);
  expect(first.stdout).toMatch(/\n\nNothing differs\.\n$/);
  await rm(join(root, "handed on", "history.csv"));
  const { code, stdout, stderr } = await runProgram(root, ["verify", "handed on", "--json"]);
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    ...{ same: false, edited: [], manifest: expect.any(String) },
    checks: expect.arrayContaining([{ name: "metrics", status: "not-checked", lines: expect.any(Array) }]),
  });
  expect(stderr).toMatch(/files +DIFFERS +history\.csv: expected the file that the run wrote, found none\n/);
  expect(stderr).toMatch(/The run is not as it was written\.\n$/);
});

describe("compare", () => {
  test("prints paired tests on the images of both, and writes them", async () => {
    const { code, stdout, stderr } = await runProgram(root, [
      "compare",
      "a",
      "b",
      "--output",
      "comparison.json",
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(
      /Images that both held out: 12, of \d+ patients or files \(only in A: 0, only in B: 0\)/,
    );
    expect(stdout).toMatch(/\nAccuracy +0\.833 +\d\.\d{3} +-?\d\.\d{3} \[.*\] +McNemar +p = /);
    expect(stdout).toMatch(/\nAUC .* DeLong +p [=<] /);
    const comparison = JSON.parse(await readFile(join(root, "comparison.json"), "utf8"));
    expect(comparison).toMatchObject({ a: join(root, "a"), images: 12 });
    expect(comparison.metrics[0].a).toBeCloseTo(10 / 12, 12);
  });

  test("answers runs of different images with one line", async () => {
    await writeSmallRun(join(root, "other"), { prefix: "picture" });
    const { code, stdout, stderr } = await runProgram(root, ["compare", "a", "other"]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^Error: b: expected a run that held out images of .*, got none of them/);
  });
});
