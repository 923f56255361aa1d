import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import type { Job, Outcome } from "./download-in-process.js";

const PROGRAM = join(__dirname, "download-in-process.ts");

/** A download that runs as a program. */
export interface RunningDownload {
  readonly child: ChildProcess;
  /** Its lines so far. */
  readonly lines: readonly string[];
  /** Undefined when it was killed. @throws what the program wrote to its error output. */
  readonly outcome: Promise<Outcome | undefined>;
}

/**
 * Starts {@link downloadFiles} as a program of its own.
 *
 * @param wrap Command that the program's command is appended to. @defaultValue none
 * @param onLine Called with each line.
 */
export function runInProcess(
  job: Job,
  settings: {
    readonly wrap?: readonly string[];
    readonly env?: Record<string, string>;
    readonly onLine?: (line: string, child: ChildProcess) => void;
  } = {},
): RunningDownload {
  const command = [
    ...(settings.wrap ?? []),
    process.execPath,
    "--import",
    "tsx",
    PROGRAM,
    JSON.stringify(job),
  ];
  const child = spawn(command[0]!, command.slice(1), { env: { ...process.env, ...settings.env } });
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
  const outcome = new Promise<Outcome | undefined>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      if (signal !== null) resolve(undefined);
      else if (code !== 0) reject(new Error(errors || `ended with ${code}`));
      else resolve(JSON.parse(lines.at(-1)!) as Outcome);
    });
  });
  return { child, lines, outcome };
}
