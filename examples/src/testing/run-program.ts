import { spawn } from "node:child_process";

/** What a run of a program left. */
export interface Outcome {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Sees all output so far; `kill("SIGINT")` is Ctrl-C. */
export type OnOutput = (text: string, kill: (signal: "SIGINT" | "SIGKILL") => void) => void;

/**
 * Runs `examples/src/PROGRAM.ts` as a user does, from the folder `from`.
 *
 * @param environment Added to that of the tests.
 */
export function runProgram(
  program: string,
  from: string,
  args: readonly string[],
  onOutput?: OnOutput,
  environment: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  const child = spawn(process.execPath, ["--import", "tsx", `examples/src/${program}.ts`, ...args], {
    env: { ...process.env, INIT_CWD: from, COVIDXR_CACHE: `${from}/platform-cache`, ...environment },
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk;
    onOutput?.(stdout, (signal) => child.kill(signal));
  });
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk;
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}
