import fs, { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import fsp from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import { FileError, isCovidxrError } from "@covidxr/core";
import { downloadFiles } from "../download-files.js";
import type { PublishedFile } from "../options.js";

/** A point at which the program stops for good: lock made, not in its place yet; file flushed; file renamed. */
export type Point = "lock" | "flushed" | "renamed";

/** One download. */
export interface Job {
  readonly files: readonly PublishedFile[];
  readonly folder: string;
  readonly proxy?: string;
  /** Fills the disk once bytes have come, and after the error makes room and tries again. */
  readonly fillDisk?: boolean;
  /** User to become first. */
  readonly user?: number;
  readonly stopAt?: Point;
}

/** Result of a job. */
export interface Outcome {
  readonly error?: {
    readonly name: string;
    readonly reason: unknown;
    readonly path: unknown;
    readonly message: string;
  };
  readonly transferredBytes?: number;
  /** Path → length of everything in the folder. */
  readonly found?: Readonly<Record<string, number>>;
  /** Result of a second call, with `fillDisk`. */
  readonly second?: Outcome;
}

// Downloads in a process of their own, to be killed, limited or run twice: `download-in-process.ts JOBS`. Prints `plan`, a
// line at each progress, `waits` while another process is at work, `full` once the disk is, `at POINT`, and finally the
// outcomes.
const jobs = JSON.parse(process.argv[2]!) as readonly Job[];

function fillDisk(filler: string): void {
  for (let size = 1 << 20; size >= 1; size >>= 1) {
    try {
      for (;;) writeFileSync(filler, Buffer.alloc(size), { flag: "a" });
    } catch {
      // A smaller piece may still fit.
    }
  }
  console.log("full");
}

/** Makes the download stop at a point. */
function stopAt(point: Point): void {
  const stop = (): Promise<never> => {
    console.log(`at ${point}`);
    return new Promise(() => {});
  };
  // Nothing else keeps the program alive then.
  setInterval(() => {}, 60_000);
  const { rename } = fsp;
  if (point === "lock") {
    fs.renameSync = () => {
      console.log("at lock");
      process.kill(process.pid, "SIGKILL");
    };
  } else {
    fsp.rename = async (from, to) => {
      if (point === "renamed") await rename(from, to);
      await stop();
    };
  }
  syncBuiltinESMExports();
}

async function run(job: Job, fill: boolean): Promise<Outcome> {
  let isFull = false;
  try {
    const { transferredBytes } = await downloadFiles(job.files, job.folder, {
      env: {},
      ...(job.proxy ? { proxy: job.proxy } : {}),
      onPlan: () => console.log("plan"),
      onWait: ({ seconds }) => {
        if (Number.isNaN(seconds)) console.log("waits");
      },
      onProgress: ({ done }) => {
        console.log(`progress ${done}`);
        if (!fill || isFull || done === 0) return;
        isFull = true;
        fillDisk(join(job.folder, "filler"));
      },
    });
    return { transferredBytes };
  } catch (error) {
    if (!isCovidxrError(error)) throw error;
    const { name, message } = error;
    const path = error instanceof FileError ? error.path : undefined;
    return { error: { name, message, path, reason: (error as { reason?: unknown }).reason } };
  }
}

function found(folder: string): Record<string, number> {
  const names = readdirSync(folder).filter((name) => name !== "filler");
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name)).length]));
}

async function main(): Promise<void> {
  const outcomes: Outcome[] = [];
  for (const job of jobs) {
    if (job.user !== undefined) process.setuid?.(job.user);
    if (job.stopAt) stopAt(job.stopAt);
    const first = { ...(await run(job, job.fillDisk === true)), found: found(job.folder) };
    if (job.fillDisk) {
      rmSync(join(job.folder, "filler"));
      outcomes.push({ ...first, second: { ...(await run(job, false)), found: found(job.folder) } });
    } else outcomes.push(first);
  }
  console.log(JSON.stringify(outcomes));
}

main();
