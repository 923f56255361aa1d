import { spawn } from "node:child_process";

/** What a run of the program left. */
export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs `reproduce` as a user does, from the folder `from`.
 *
 * @param onOutput Sees all output so far; `interrupt` is Ctrl-C.
 */
export function runReproduce(
  from: string,
  args: readonly string[],
  onOutput?: (text: string, interrupt: () => void) => void,
): Promise<Outcome> {
  const child = spawn(process.execPath, ["--import", "tsx", "examples/src/reproduce.ts", ...args], {
    env: { ...process.env, INIT_CWD: from, COVIDXR_CACHE: `${from}/platform-cache` },
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk;
    onOutput?.(stdout, () => child.kill("SIGINT"));
  });
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk;
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}
