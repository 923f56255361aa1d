import { spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { BATCH, HEIGHT, WIDTH } from "./setting.js";

/**
 * Peak memory of a whole run at full size. Flags such as `--study DIR --weights FILE` go to it; without them it runs
 * on synthetic radiographs.
 */
export async function benchMemory(folder: string, flags: readonly string[]): Promise<void> {
  const output = join(folder, "run");
  const root = resolve(fileURLToPath(new URL(".", import.meta.url)), "../..");
  const { status, stderr } = spawnSync(
    process.execPath,
    [
      ...["--import", "tsx", join(root, "examples/src/reproduce.ts")],
      ...["--height", String(HEIGHT), "--width", String(WIDTH), "--batch-size", String(BATCH)],
      ...["--epochs", "2", "--output", output, "--cache", join(folder, "cache")],
      ...flags,
    ],
    { cwd: root, encoding: "utf8" },
  );
  if (status !== 0) throw new Error(`the run failed: ${stderr}`);
  const { peakMemoryBytes } = JSON.parse(await readFile(join(output, "run.json"), "utf8"));
  const gib = peakMemoryBytes / 2 ** 30;
  console.log(`peak memory of a whole run at full size: ${gib.toFixed(2)} GiB (bound 3.00)`);
}
