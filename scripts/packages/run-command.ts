import { spawn } from "node:child_process";

/** Variables by which a script that npm runs would tell another npm where it is. */
const OF_OUTER_NPM =
  /^(npm_(package|lifecycle|command|execpath|node_execpath|config_local_prefix)|INIT_CWD|NODE_OPTIONS|JEST_)/i;

/** What a command is run with. */
export interface CommandOptions {
  readonly folder: string;
  /** Added to this process' environment; undefined takes a variable out. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Exit codes that are no failure. @defaultValue [0] */
  readonly expectedCodes?: readonly number[];
}

/**
 * Runs a command to its end, as a user would from a terminal in `folder`.
 *
 * @returns What it wrote to standard output.
 * @throws {Error} with all it wrote, when it fails.
 */
export function runCommand(
  command: string,
  args: readonly string[],
  { folder, environment = {}, expectedCodes = [0] }: CommandOptions,
): Promise<string> {
  const inherited = Object.entries(process.env).filter(([name]) => !OF_OUTER_NPM.test(name));
  const child = spawn(command, args, {
    cwd: folder,
    env: { ...Object.fromEntries(inherited), ...environment },
    shell: process.platform === "win32",
    stdio: ["ignore", "pipe", "pipe"],
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
    child.on("close", (code) => {
      if (code !== null && expectedCodes.includes(code)) resolve(stdout);
      else reject(new Error(`${command} ${args.join(" ")} ended with ${code}\n${stdout}\n${stderr}`));
    });
  });
}
