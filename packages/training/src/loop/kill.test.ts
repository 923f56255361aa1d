import { spawn } from "node:child_process";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRng } from "@covidxr/core";
import { expect, test } from "@jest/globals";

const PROGRAM = join(__dirname, "../testing/train-in-process.ts");
const EPOCHS = 120;
const KILLS = 10;
/** A process is killed behind one of its first epochs, … */
const LATEST_EPOCH = 6;
/** … at a random moment within the next few. */
const LATEST_MS = 40;

interface Kill {
  /** Epochs that this process finishes first. */
  readonly epochs: number;
  readonly milliseconds: number;
}

/** Runs the program to its end, or kills it. */
function run(folder: string, kill?: Kill): Promise<{ lines: string[]; killed: boolean }> {
  const child = spawn(process.execPath, ["--import", "tsx", PROGRAM, folder, String(EPOCHS)]);
  let output = "";
  let errors = "";
  let waiting = kill !== undefined;
  child.stdout.on("data", (chunk: Buffer) => {
    output += chunk;
    const epochs = output.split("\nepoch ").length - 1;
    if (!waiting || epochs < kill!.epochs) return;
    waiting = false;
    setTimeout(() => child.kill("SIGKILL"), kill!.milliseconds);
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

test("a run killed at ten random moments ends with the bits of one that was not", async () => {
  const parent = await mkdtemp(join(tmpdir(), "covidxr-"));
  const whole = await run(join(parent, "whole"));
  expect(whole.lines.at(-1)).toMatch(/^digest [0-9a-f]{64}$/);

  const folder = join(parent, "killed");
  const rng = createRng(1, { purpose: "kills" });
  const kills = Array.from({ length: KILLS }, () => ({
    epochs: 1 + rng.integer(LATEST_EPOCH),
    milliseconds: rng.integer(LATEST_MS),
  }));
  for (const [i, kill] of kills.entries()) {
    const { lines, killed } = await run(folder, kill);
    expect({ kill, killed }).toEqual({ kill, killed: true });
    expect(lines[1]).toMatch(i === 0 ? /^epoch 1$/ : /^resumed \d+$/);
  }
  const last = await run(folder);
  expect(last.lines[1]).toMatch(/^resumed \d+$/);
  expect(last.lines.at(-1)).toBe(whole.lines.at(-1));
}, 300_000);
