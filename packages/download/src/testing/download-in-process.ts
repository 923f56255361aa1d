import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FileError, isCovidxrError } from "@covidxr/core";
import { downloadFiles } from "../files/download-files.js";
import type { PublishedFile } from "../files/published-file.js";

/** What the program is asked for. */
export interface Job {
  readonly files: readonly PublishedFile[];
  readonly folder: string;
  readonly proxy?: string;
  readonly stallSeconds?: number;
  /** Fills the disk once bytes have come, and after the error makes room and tries again. */
  readonly fillDisk?: boolean;
  /** User to become first. */
  readonly user?: number;
}

/** What it prints as its last line. */
export interface Outcome {
  readonly error?: {
    readonly name: string;
    readonly reason: unknown;
    readonly path: unknown;
    readonly message: string;
  };
  readonly transferredBytes?: number;
  /** Path → length of all that is in the folder. */
  readonly found?: Readonly<Record<string, number>>;
  /** What a second call did, with `fillDisk`. */
  readonly second?: Outcome;
}

// A download as a program of its own, to be killed, limited or run twice: `download-in-process.ts JOB`. Prints `plan`, a
// line at each progress, `waits` while another is at work, and at the end an outcome.
const job = JSON.parse(process.argv[2]!) as Job;
const filler = join(job.folder, "filler");

function fillDisk(): void {
  for (let size = 1 << 20; size >= 1; size >>= 1) {
    try {
      for (;;) writeFileSync(filler, Buffer.alloc(size), { flag: "a" });
    } catch {
      // A smaller piece may still fit.
    }
  }
}

async function run(fill: boolean): Promise<Outcome> {
  let isFull = false;
  try {
    const { transferredBytes } = await downloadFiles(job.files, job.folder, {
      env: {},
      ...(job.proxy ? { proxy: job.proxy } : {}),
      ...(job.stallSeconds ? { stallSeconds: job.stallSeconds } : {}),
      onPlan: () => console.log("plan"),
      onWait: ({ seconds }) => {
        if (Number.isNaN(seconds)) console.log("waits");
      },
      onProgress: ({ done }) => {
        console.log(`progress ${done}`);
        if (!fill || isFull || done === 0) return;
        isFull = true;
        fillDisk();
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

function found(): Record<string, number> {
  const names = readdirSync(job.folder).filter((name) => name !== "filler");
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(job.folder, name)).length]));
}

async function main(): Promise<void> {
  if (job.user !== undefined) process.setuid?.(job.user);
  const first = { ...(await run(job.fillDisk === true)), found: found() };
  if (!job.fillDisk) {
    console.log(JSON.stringify(first));
    return;
  }
  rmSync(filler);
  const second = { ...(await run(false)), found: found() };
  console.log(JSON.stringify({ ...first, second }));
}

main();
