import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "@jest/globals";

const PROGRAM = join(__dirname, "../testing/measure-memory.ts");
const EPOCHS = 16;
/** Epochs in which buffers and arenas find their size. */
const WARM_UP = 3;
const BOUND = 50 * 2 ** 20;

test("memory stays flat over 16 epochs", () => {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ["--expose-gc", "--import", "tsx", PROGRAM, String(EPOCHS)],
    { encoding: "utf8" },
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  const epochs = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<"heapUsed" | "external" | "rss", number>);
  expect(epochs).toHaveLength(EPOCHS);
  // A gradient kept from each step would be 120 MB; native memory shows in the resident set alone.
  for (const kind of ["heapUsed", "external", "rss"] as const) {
    const growth = Math.max(
      ...epochs.slice(WARM_UP).map((epoch) => epoch[kind] - epochs[WARM_UP - 1]![kind]),
    );
    expect({ kind, growth: growth < BOUND ? "bounded" : growth }).toEqual({ kind, growth: "bounded" });
  }
});
