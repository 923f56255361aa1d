import { spawn, spawnSync } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const ROOT = process.cwd();
const TSX = pathToFileURL(join(ROOT, "node_modules/tsx/dist/loader.mjs")).href;
const preloaded = (name: string) => pathToFileURL(join(ROOT, "packages/covidxr/src/testing", name)).href;

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
  readonly program?: string;
}

/** Runs `covidxr` as a user does, from the folder `from`. */
export function runProgram(
  from: string,
  args: readonly string[],
  { env = {}, signalAt, fullWidth = false, program = "packages/covidxr/src/cli.ts" }: ProgramOptions = {},
): Promise<Outcome> {
  const trains = TRAINING.has(args[0]!) || program.endsWith("reproduce.ts");
  const preloads = [
    TSX,
    ...(signalAt === undefined ? [] : [preloaded("signal-at.ts")]),
    ...(trains && !fullWidth ? [preloaded("narrow-network.ts")] : []),
  ].flatMap((file) => ["--import", file]);
  const child = spawn(process.execPath, [...preloads, join(ROOT, program), ...args], {
    cwd: from,
    env: {
      ...process.env,
      TSX_TSCONFIG_PATH: join(ROOT, "tsconfig.json"),
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
export function writeSmallStudy(folder: string): void {
  const program = ["--import", "tsx", "packages/covidxr/src/testing/write-small-study.ts", folder];
  const { status, stderr } = spawnSync(process.execPath, program, { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
}
