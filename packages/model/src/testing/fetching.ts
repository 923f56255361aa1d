import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRng } from "@covidxr/core";
import type { FetchedWeights } from "../weights/fetch-weights.js";
import type { WeightsSource } from "../weights/weights-file.js";

const PROGRAM = join(__dirname, "fetch-in-process.ts");

/** Bytes without repeating parts. */
export function randomBytes(length: number): Buffer {
  const rng = createRng(1, { purpose: "weights" });
  return Buffer.from(Uint32Array.from({ length: Math.ceil(length / 4) }, rng.uint32).buffer, 0, length);
}

export function digestOf(algorithm: "md5" | "sha256", content: Uint8Array): string {
  return createHash(algorithm).update(content).digest("hex");
}

/** A source like Keras': only an MD5, and two addresses. */
export function sourceOf(content: Uint8Array, base: string, file = "weights.h5"): WeightsSource {
  return {
    file,
    bytes: content.length,
    digests: { md5: digestOf("md5", content) },
    urls: [`${base}/first/${file}`, `${base}/second/${file}`],
  };
}

/** A folder that does not exist yet, inside one that does. */
export async function absentFolder(): Promise<string> {
  return join(await mkdtemp(join(tmpdir(), "covidxr-")), "not", "made");
}

/** Names in a folder, hidden files included; none if it does not exist. */
export async function namesIn(folder: string): Promise<string[]> {
  return (await readdir(folder).catch(() => [])).sort();
}

/** A `fetchWeights` in a process of its own. */
export interface FetchingProcess {
  /** Fulfilled once it says that it waits. */
  readonly waiting: Promise<void>;
  /** Undefined when it was killed. */
  readonly result: Promise<FetchedWeights | undefined>;
  kill(): void;
}

/** Starts `fetchWeights` as another process. */
export function startFetching(source: WeightsSource, cacheFolder: string): FetchingProcess {
  const child = spawn(process.execPath, ["--import", "tsx", PROGRAM, JSON.stringify(source)], {
    env: { PATH: process.env.PATH, COVIDXR_CACHE: cacheFolder, no_proxy: "*" },
  });
  let output = "";
  let errors = "";
  let sayWaiting: () => void;
  const waiting = new Promise<void>((resolve) => {
    sayWaiting = resolve;
  });
  child.stdout.on("data", (chunk: Buffer) => {
    output += chunk;
    if (output.includes("waiting\n")) sayWaiting();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    errors += chunk;
  });
  const result = new Promise<FetchedWeights | undefined>((resolve, reject) => {
    child.on("close", (code, signal) => {
      if (signal === "SIGKILL") resolve(undefined);
      else if (code !== 0) reject(new Error(errors));
      else resolve(JSON.parse(output.trim().split("\n").at(-1)!) as FetchedWeights);
    });
  });
  return { waiting, result, kill: () => child.kill("SIGKILL") };
}
