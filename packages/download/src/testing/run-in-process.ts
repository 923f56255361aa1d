import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import type { Job, Outcome } from "./download-in-process.js";

const PROGRAM = join(__dirname, "download-in-process.ts");

/** Downloads that run in a process of their own. */
export interface RunningDownload {
  readonly child: ChildProcess;
  /** Its lines so far. */
  readonly lines: readonly string[];
  /** Undefined when it was killed. @throws what the program wrote to stderr. */
  readonly outcomes: Promise<readonly Outcome[] | undefined>;
  /** Of the first job. */
  readonly outcome: Promise<Outcome | undefined>;
}

/**
 * Starts `downloadFiles` in a process of its own, for each job in turn.
 *
 * @param wrap Command that the program's command is appended to. @defaultValue none
 * @param onLine Called with each line.
 */
export function runInProcess(
  job: Job | readonly Job[],
  settings: {
    readonly wrap?: readonly string[];
    readonly env?: Record<string, string>;
    readonly onLine?: (line: string, child: ChildProcess) => void;
  } = {},
): RunningDownload {
  const program = [process.execPath, "--import", "tsx", PROGRAM, JSON.stringify([job].flat())];
  const [command, ...args] = [...(settings.wrap ?? []), ...program];
  const child = spawn(command!, args, { env: { ...process.env, ...settings.env } });
  const lines: string[] = [];
  let rest = "";
  let errors = "";
  child.stdout.on("data", (chunk: Buffer) => {
    const pieces = (rest + chunk).split("\n");
    rest = pieces.pop()!;
    for (const line of pieces) {
      lines.push(line);
      settings.onLine?.(line, child);
    }
  });
  child.stderr.on("data", (chunk: Buffer) => {
    errors += chunk;
  });
  const outcomes = new Promise<readonly Outcome[] | undefined>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      if (signal !== null) resolve(undefined);
      else if (code !== 0) reject(new Error(errors || `ended with ${code}`));
      else resolve(JSON.parse(lines.at(-1)!) as readonly Outcome[]);
    });
  });
  return {
    child,
    lines,
    outcomes,
    get outcome() {
      return outcomes.then((all) => all?.[0]);
    },
  };
}
