import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { runProgram } from "../testing/run-program.js";

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "covidxr-"));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const MINUTES = 60_000;

// At its own settings and full length, on radiographs that training did not see.
test.each([0, 1, 2])(
  "the demonstration learns, seed %p",
  async (seed) => {
    const args = ["reproduce", "--output", "out", "--cache", "cache", "--seed", `${seed}`];
    const { code, stderr } = await runProgram(root, args, { fullWidth: true });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const { splits } = JSON.parse(await readFile(join(root, "out", "metrics.json"), "utf8"));
    const { test: watched, predict: held } = splits;
    const right = [watched, held].reduce((sum, of) => sum + of.metrics.accuracy.value * of.images, 0);
    expect(right / (watched.images + held.images)).toBeGreaterThanOrEqual(0.85);
  },
  20 * MINUTES,
);
