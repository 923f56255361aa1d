import { spawnSync } from "node:child_process";

/** Flags for a network that is quick on two cores. */
export const SMALL_NETWORK = ["--weights", "random", "--height", "32", "--width", "38", "--batch-size", "8"];

/** Writes a small synthetic study into `folder`. */
export function writeSmallStudy(folder: string): void {
  const program = ["--import", "tsx", "examples/src/testing/write-small-study.ts", folder];
  const { status, stderr } = spawnSync(process.execPath, program, { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
}
