import { execFile, spawn } from "node:child_process";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { bundlePrograms, type ProgramName } from "./bundle-programs.js";
import { madeOnce } from "./made-once.js";

/** Commands that build a network. */
const TRAINING = new Set(["reproduce", "cross-validate"]);

/** What a run of the program left. */
export interface Outcome {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a run of the program is started with. */
export interface ProgramOptions {
  /** Added to the environment of the tests. */
  readonly env?: Readonly<Record<string, string>>;
  /** Sends the program a signal as soon as it prints a text or has written a file: `"SIGINT"` is Ctrl-C. */
  readonly signalAt?: {
    readonly text?: string;
    /** End of the file's path, or of that which it was renamed from. */
    readonly file?: string;
    /** How often such a file must have been written. @defaultValue 1 */
    readonly times?: number;
    readonly signal: "SIGINT" | "SIGKILL";
  };
  /** Whether the network has all its filters; most tests need no more than an eighth. @defaultValue false */
  readonly fullWidth?: boolean;
  /** Program to run. @defaultValue the command `covidxr` */
  readonly program?: Exclude<ProgramName, "narrow-network" | "signal-at" | "worker">;
}

/** Runs `covidxr` as a user does, from the folder `from`. */
export async function runProgram(
  from: string,
  args: readonly string[],
  { env = {}, signalAt, fullWidth = false, program = "covidxr" }: ProgramOptions = {},
): Promise<Outcome> {
  const trains = TRAINING.has(args[0]!) || program === "reproduce";
  const preloads: ProgramName[] = [
    ...(signalAt === undefined ? [] : ["signal-at" as const]),
    ...(trains && !fullWidth ? ["narrow-network" as const] : []),
  ];
  const programs = await bundlePrograms();
  const fileOf = (name: ProgramName) => join(programs, `${name}.mjs`);
  const imports = preloads.flatMap((name) => ["--import", pathToFileURL(fileOf(name)).href]);
  const child = spawn(process.execPath, [...imports, fileOf(program), ...args], {
    cwd: from,
    env: {
      ...process.env,
      COVIDXR_CACHE: join(from, "platform-cache"),
      ...(signalAt && { SIGNAL_AT: JSON.stringify(signalAt) }),
      ...env,
    },
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk;
  });
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk;
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}

/** Flags for images that are quick on two cores. */
export const SMALL_NETWORK = ["--weights", "random", "--height", "32", "--width", "38", "--batch-size", "8"];

/** Writes a small synthetic study into `folder`. */
export async function writeSmallStudy(folder: string): Promise<void> {
  const study = await madeOnce("small-study", async (own) => {
    const program = join(await bundlePrograms(), "write-small-study.mjs");
    await promisify(execFile)(process.execPath, [program, own]);
  });
  await cp(study, folder, { recursive: true });
}
