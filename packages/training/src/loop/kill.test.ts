import { spawn } from "node:child_process";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRng } from "@covidxr/core";
import { expect, test } from "@jest/globals";

const PROGRAM = join(__dirname, "../testing/train-in-process.ts");
const EPOCHS = 250;
const KILLS = 10;
/** Latest moment of a kill behind the start of the training; all ten together leave most epochs undone. */
const LATEST_KILL_MS = 400;

/** Runs the program to its end, or kills it `killAfter` milliseconds behind its first line. */
function run(folder: string, killAfter?: number): Promise<{ lines: string[]; killed: boolean }> {
  const child = spawn(process.execPath, ["--import", "tsx", PROGRAM, folder, String(EPOCHS)]);
  let output = "";
  let errors = "";
  child.stdout.on("data", (chunk: Buffer) => {
    if (output === "" && killAfter !== undefined) setTimeout(() => child.kill("SIGKILL"), killAfter);
    output += chunk;
  });
  child.stderr.on("data", (chunk: Buffer) => {
    errors += chunk;
  });
  return new Promise((resolve, reject) => {
    child.on("close", (code, signal) => {
      const killed = signal === "SIGKILL";
      if (code !== 0 && !killed) reject(new Error(errors));
      else resolve({ lines: output.trim().split("\n"), killed });
    });
  });
}

const digestOf = (lines: readonly string[]): string => lines.at(-1)!;

test("a run killed at ten random moments ends with the bits of one that was not", async () => {
  const parent = await mkdtemp(join(tmpdir(), "covidxr-"));
  const whole = await run(join(parent, "whole"));
  expect(digestOf(whole.lines)).toMatch(/^digest [0-9a-f]{64}$/);

  const folder = join(parent, "killed");
  const rng = createRng(Date.now(), { purpose: "kills" });
  const moments = Array.from({ length: KILLS }, () => rng.integer(LATEST_KILL_MS));
  for (const moment of moments) {
    const { killed } = await run(folder, moment);
    // Said in a failure: at which moments.
    expect({ moments, killed }).toEqual({ moments, killed: true });
  }
  const last = await run(folder);
  expect({ moments, resumed: last.lines[1]!.startsWith("resumed") }).toEqual({ moments, resumed: true });
  expect({ moments, end: digestOf(last.lines) }).toEqual({ moments, end: digestOf(whole.lines) });
}, 300_000);
