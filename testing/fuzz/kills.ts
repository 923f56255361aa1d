import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { createRng, type Rng } from "@covidxr/core";
import { publishStudy } from "../../packages/covidxr/src/testing/publish-study.js";
import {
  runProgram,
  SMALL_NETWORK,
  writeSmallStudy,
} from "../../packages/covidxr/src/testing/run-program.js";
import { digestOf } from "./group.js";
import { pick } from "./mutators.js";

/** A command that is killed and goes on. */
interface Scene {
  /** Starts it in the folder `own`, which holds all that it writes. */
  readonly args: (own: string) => readonly string[];
  /** Goes on with it, where it had begun; else it is started again. */
  readonly resume?: (own: string) => readonly string[];
  /** Files of `own` whose bits decide, and what does not count in them. */
  readonly results: RegExp;
  /** Kills between a start and an end. */
  readonly kills: number;
}

const run = (own: string, ...flags: string[]) => [
  ...["--study", "study", "--cache", `${own}/cache`, "--output", `${own}/run`],
  ...[...SMALL_NETWORK, "--epochs", "3", ...flags],
];

const SCENES: Readonly<Record<string, Scene>> = {
  reproduce: {
    args: (own) => ["reproduce", ...run(own, "--probes", "none")],
    resume: (own) => ["reproduce", "--resume", `${own}/run`],
    results: /^run\/(predictions\.csv|history\.csv|metrics\.json|cohort\.csv|model\.onnx|model\/.*)$/,
    kills: 8,
  },
  "cross-validate": {
    args: (own) => ["cross-validate", ...run(own, "--folds", "2", "--seeds", "1", "--by", "patient")],
    resume: (own) => ["cross-validate", "--resume", `${own}/run`],
    results: /^run\/(out-of-fold\.csv|cross-validation\.json|cohort\.csv)$/,
    kills: 6,
  },
  download: {
    args: (own) => ["download", "--no-weights", "--manifest", "manifest.csv", "--study", `${own}/study`],
    results: /^study\/.*\.(csv|png|jpe?g)$/,
    kills: 8,
  },
};

/** What became of the kills of one command. */
export interface KillCount {
  readonly command: string;
  readonly kills: number;
  /** Names of the points, and how often each was one. */
  readonly points: ReadonlyMap<string, number>;
  readonly runs: number;
  /** Runs that did not end with the bits of one that was not killed, and why. */
  readonly failures: readonly string[];
}

/** Kills commands at points that `seed` names, and compares what they end with to runs that were not killed. */
export async function killCommands(kills: number, seed: number): Promise<KillCount[]> {
  const root = await mkdtemp(join(tmpdir(), "covidxr-kills-"));
  // What tests make once a Jest run belongs to this one.
  process.env.TMPDIR = join(root, "tmp");
  await mkdir(process.env.TMPDIR);
  await writeSmallStudy(join(root, "study"));
  const { server } = await publishStudy(join(root, "study"), join(root, "manifest.csv"));
  try {
    const counts: KillCount[] = [];
    const names = Object.keys(SCENES);
    for (const [i, name] of names.entries()) {
      const rng = createRng(seed, { purpose: "kills", index: i });
      const share = Math.floor(kills / names.length) + (i < kills % names.length ? 1 : 0);
      counts.push(await killCommand(root, name, share, rng, server.url));
    }
    return counts;
  } finally {
    await server.close();
    await rm(root, { recursive: true, force: true });
  }
}

async function killCommand(
  root: string,
  command: string,
  wanted: number,
  rng: Rng,
  mirror: string,
): Promise<KillCount> {
  const scene = SCENES[command]!;
  const log = join(root, "point");
  /** Runs the command, which is killed at the n-th rename where it gets that far; the point's name. */
  const start = async (args: readonly string[], nth: number, phase: string) => {
    await rm(log, { force: true });
    const env = {
      COVIDXR_MIRROR: mirror,
      NODE_OPTIONS: `--import=${pathToFileURL(resolve("testing/fuzz/kill-at.mjs")).href}`,
      KILL_AT: JSON.stringify({ nth, phase, log }),
    };
    const { code, stderr } = await runProgram(root, args, { env });
    const point = existsSync(log) ? await readFile(log, "utf8") : undefined;
    return {
      point,
      problem: point === undefined && code !== 0 ? `exit ${code}: ${stderr.trim()}` : undefined,
    };
  };
  const folderOf = (own: string): string => join(root, own);
  const whole = `${command}-whole`;
  const { problem } = await start(scene.args(whole), Number.MAX_SAFE_INTEGER, "after");
  if (problem !== undefined) throw new Error(`${command}: ${problem}`);
  const right = await resultsOf(folderOf(whole), scene.results);
  const files = (await readdir(folderOf(whole), { recursive: true })).length;
  const points = new Map<string, number>();
  const failures: string[] = [];
  let [kills, runs] = [0, 0];
  while (kills < wanted) {
    const own = `${command}-${++runs}`;
    const told: string[] = [];
    for (;;) {
      const args = await nextArgs(scene, root, own);
      // Half of the files in equal steps, then also those that a run ends with.
      const nth =
        kills < wanted ? 1 + rng.integer(Math.ceil((2 * files) / scene.kills)) : Number.MAX_SAFE_INTEGER;
      const { point, problem } = await start(args, nth, pick(rng, ["before", "after"]));
      if (point === undefined) {
        const found = await resultsOf(folderOf(own), scene.results);
        const other = [...right].filter(([file, digest]) => found.get(file) !== digest).map(([file]) => file);
        if (problem !== undefined) failures.push(`${own}: ${problem} (killed ${told.join(", ")})`);
        else if (other.length > 0)
          failures.push(`${own}: other bits of ${other.join(", ")} (killed ${told.join(", ")})`);
        break;
      }
      kills++;
      told.push(point);
      const name = point.replaceAll(/[0-9a-f]{8,}|\d+/g, "N");
      points.set(name, (points.get(name) ?? 0) + 1);
    }
    await rm(folderOf(own), { recursive: true, force: true });
  }
  return { command, kills, points, runs, failures };
}

/** How a user goes on: starts it, resumes it, or lets the report of a run be written that is finished. */
async function nextArgs({ args, resume }: Scene, root: string, own: string): Promise<readonly string[]> {
  const record = await readFile(join(root, own, "run", "run.json"), "utf8").catch(() => undefined);
  if (resume === undefined || record === undefined) return args(own);
  return JSON.parse(record).status === "finished" ? ["report", `${own}/run`] : resume(own);
}

/** Digests of the results below a folder. */
async function resultsOf(folder: string, results: RegExp): Promise<Map<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const found = new Map<string, string>();
  for (const file of files.sort()) {
    const own = file.slice(folder.length + 1).replaceAll("\\", "/");
    if (results.test(own)) found.set(own, digestOf(withoutTimes(own, await readFile(file))));
  }
  return found;
}

/** Seconds differ from run to run. */
function withoutTimes(file: string, bytes: Buffer): Uint8Array | string {
  if (file.endsWith("history.csv")) return bytes.toString("utf8").replaceAll(/,[^,\n]*$/gm, "");
  if (file.endsWith(".json")) return bytes.toString("utf8").replaceAll(/"\w*seconds": ?[\d.e-]+/gi, "");
  return bytes;
}
