import { spawnSync } from "node:child_process";
import { cpus } from "node:os";

/** PyTorch's times on this machine. */
export interface PyTorchTimes {
  /** Seconds an image. */
  readonly prefix: number;
  /** Seconds a step. */
  readonly tailStep: number;
  /** GFLOP/s of a product of two 2048 × 2048 matrices. */
  readonly matrixProduct: number;
}

/**
 * Runs a script that prints PyTorch's times for the same work as JSON lines (`work`: `prefix` with
 * `seconds_per_image`, `tail step` with `seconds`, `sgemm` with `gflops`).
 *
 * @param script Undefined: no comparison.
 * @param python Python with PyTorch.
 */
export function timePyTorch(script: string | undefined, python: string): PyTorchTimes | undefined {
  if (script === undefined) return undefined;
  const { status, stdout, stderr } = spawnSync(python, [script, String(cpus().length)], { encoding: "utf8" });
  if (status !== 0) throw new Error(`${python} ${script} failed: ${stderr}`);
  const lines = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { work: string } & Record<string, number>);
  const figure = (work: string, name: string): number => {
    const value = lines.find((line) => line.work === work)?.[name];
    if (value === undefined) throw new Error(`${script} did not print ${name} of ${work}`);
    return value;
  };
  return {
    prefix: figure("prefix", "seconds_per_image"),
    tailStep: figure("tail step", "seconds"),
    matrixProduct: figure("sgemm", "gflops"),
  };
}
