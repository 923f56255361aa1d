import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FileError, InterruptedError } from "@covidxr/core";
import { useCpuBackend } from "@covidxr/testing";
import { beforeAll, expect, test } from "@jest/globals";
import { resumableRun } from "../testing/resumable-run.js";
import { type Checkpoint, latestCheckpoint, writeCheckpoint } from "./checkpoints.js";

// A checkpoint has a digest, which whoever alters it can compute anew.

let saved: Checkpoint;
beforeAll(async () => {
  await useCpuBackend();
  const folder = await mkdtemp(join(tmpdir(), "covidxr-"));
  const stop = () => {
    throw new InterruptedError({ operation: "train", message: "stopped" });
  };
  await expect(
    resumableRun(folder, { onEpoch: ({ epoch }) => (epoch === 2 ? stop() : undefined) }),
  ).rejects.toBeInstanceOf(InterruptedError);
  saved = (await latestCheckpoint(folder)).checkpoint!;
});

type State = Record<string, unknown> & { history: Record<string, unknown>[] };
type Change = (state: State, arrays: Map<string, Float32Array>) => unknown;

const first = (arrays: Map<string, Float32Array>, kind: string): string =>
  [...arrays.keys()].find((name) => name.startsWith(kind))!;

test.each<[string, Change]>([
  ["an epoch too few", ({ history }) => history.pop()],
  ["an epoch twice", ({ history }) => (history[0]!.epoch = 9)],
  ["a loss that is a text", ({ history }) => (history[0]!.loss = "0.1")],
  ["no history", (state) => (state.history = null as never)],
  ["half a step", (state) => (state.steps = 0.5)],
  ["an end that is a number", (state) => (state.stoppedEarly = 1)],
  [
    "early stopping, which the run has not",
    (state) => (state.stopping = { bestEpoch: 1, bestValue: 1, waited: 0 }),
  ],
  ["a weight that the run has not", (_, arrays) => arrays.set("weight:other/kernel", new Float32Array(1))],
  ["a weight too few", (_, arrays) => arrays.delete(first(arrays, "weight:"))],
  ["a weight too short", (_, arrays) => arrays.set(first(arrays, "weight:"), new Float32Array(1))],
  ["a weight that is not a number", (_, arrays) => arrays.get(first(arrays, "weight:"))!.fill(Number.NaN)],
  ["a momentum that is infinite", (_, arrays) => arrays.get(first(arrays, "optimizer:"))!.fill(1 / 0)],
  ["an array of nothing", (_, arrays) => arrays.set("nothing", new Float32Array(1))],
  ["half of the best weights", (_, arrays) => arrays.set("best:output/bias", new Float32Array(1))],
])("a checkpoint with %s is refused", async (_, change) => {
  const folder = await mkdtemp(join(tmpdir(), "covidxr-"));
  const state = structuredClone(saved.state) as State;
  const arrays = new Map([...saved.arrays].map(([name, array]) => [name, array.slice()]));
  change(state, arrays);
  await writeCheckpoint(folder, { epoch: saved.epoch, state, arrays });
  const failure = resumableRun(folder);
  await expect(failure).rejects.toBeInstanceOf(FileError);
  await expect(failure).rejects.toMatchObject({ path: folder, reason: "corrupt" });
});
