import { spawnSync } from "node:child_process";
import { mkdtemp, readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { useCpuBackend } from "@covidxr/testing";
import { beforeAll, expect, jest, test } from "@jest/globals";
import { resumableRun } from "../testing/resumable-run.js";

const PROGRAM = join(__dirname, "../testing/train-in-process.ts");

beforeAll(useCpuBackend);

/** Runs until the program kills itself at a point; the lines it printed. */
function runUntil(point: string, folder: string): string[] {
  const { signal, stdout, stderr } = spawnSync(
    process.execPath,
    ["--import", "tsx", PROGRAM, folder, point],
    {
      encoding: "utf8",
    },
  );
  expect({ signal, stderr }).toEqual({ signal: "SIGKILL", stderr: "" });
  return stdout.trim().split("\n");
}

test("a run killed within an epoch, while it writes and after an epoch ends with the bits of one that was not", async () => {
  const parent = await mkdtemp(join(tmpdir(), "covidxr-"));
  const folder = join(parent, "killed");
  expect(runUntil("step 2", folder)).toEqual(["epoch 1"]);
  expect(runUntil("write 3", folder)).toEqual(["resumed 1", "epoch 2"]);
  // What the write left is in the folder, under another name.
  expect(await readdir(folder)).toHaveLength(3);
  expect(runUntil("epoch 4", folder)).toEqual(["resumed 2", "epoch 3", "epoch 4"]);

  const onResume = jest.fn<(resumption: { history: readonly unknown[] }) => void>();
  const resumed = await resumableRun(folder, { onResume });
  expect(onResume.mock.calls[0]![0].history).toHaveLength(4);
  expect(resumed).toBe(await resumableRun(join(parent, "whole")));
});
