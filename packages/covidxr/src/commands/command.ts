import { constants } from "node:os";
import { FileError, isCovidxrError } from "@covidxr/core";
import { diskError, errorCode } from "@covidxr/core/files-internal";
import { hidePasswords } from "@covidxr/core/internal";
import { Command, CommanderError } from "commander";
import { asFlags } from "./flag-text.js";

/** Exit statuses of all commands; a signal has its own. */
export const EXIT = { ok: 0, error: 1, usage: 2 } as const;

/** A line at the end of every help. */
export const NOTICE = "For research. This is not a diagnostic device.";

/** How a command introduces itself. */
export interface Introduction {
  readonly name: string;
  readonly description: string;
  /** Command lines with what they do. */
  readonly examples: readonly (readonly [line: string, meaning: string])[];
}

/** A command with its help; the caller adds flags and an action. */
export function newCommand({ name, description, examples }: Introduction): Command {
  const width = Math.max(...examples.map(([line]) => line.length));
  const lines = examples.map(([line, meaning]) => `  ${line.padEnd(width)}  ${meaning}`);
  return new Command(`covidxr ${name}`)
    .description(description)
    .helpOption("-h, --help", "show this help")
    .allowExcessArguments(false)
    .configureOutput({
      outputError: (text, write) => write(hidePasswords(text).replace(/^error: /, "Error: ")),
    })
    .addHelpText("after", `\nExamples:\n${lines.join("\n")}\n\n${NOTICE}`);
}

/** Adds `--json`. */
export function addJson(command: Command): Command {
  return command.option("--json", "print the result as JSON; everything else goes to stderr");
}

/** Writes a result for other programs to stdout. NaN is `null`. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, undefined, 2)}\n`);
}

/** Signals that ask a program to end: Ctrl-C; a scheduler, container or `kill`; a terminal that was closed. */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** What asked this process to stop; SIGPIPE stands for a reader of the output that went away. */
let stoppedBy: (typeof SIGNALS)[number] | "SIGPIPE" | undefined;

/** Set while something can be stopped between its steps. */
let stop: ((by: NonNullable<typeof stoppedBy>) => void) | undefined;

/** Exit status of a process that a signal ended, as shells count it. */
const statusOf = (signal: NodeJS.Signals): number => 128 + constants.signals[signal];

/** Fires at the first signal that asks the program to end; a second one ends it at once. */
export function stopOnSignal(): AbortSignal {
  const controller = new AbortController();
  stop = (by) => {
    if (stoppedBy !== undefined) {
      if (by !== "SIGPIPE") process.exit(statusOf(by));
      return;
    }
    stoppedBy = by;
    const again = by === "SIGINT" ? "press Ctrl-C again" : "send a signal again";
    console.error(`\n${WORDS[by]}Stopping after the current step; ${again} to stop at once.`);
    controller.abort();
  };
  for (const signal of SIGNALS) process.on(signal, () => stop?.(signal));
  return controller.signal;
}

const WORDS = {
  SIGINT: "",
  SIGTERM: "SIGTERM received. ",
  SIGHUP: "The terminal was closed (SIGHUP). ",
  SIGPIPE: "Nobody reads the output any more. ",
} as const;

/** Survives a reader that went away, such as `head`, and a terminal that was closed: work in progress stops in order. */
export function endWithOutput(): void {
  process.stdout.on("error", ({ code }: NodeJS.ErrnoException) => {
    if (stop !== undefined) stop("SIGPIPE");
    else process.exit(code === "EPIPE" ? EXIT.ok : EXIT.error);
  });
  // Where nobody reads messages either, there is nobody to tell.
  process.stderr.on("error", () => {});
}

/** Calls of the system that do not read. */
const WRITING: ReadonlySet<string> = new Set([
  "write",
  "mkdir",
  "rename",
  "unlink",
  "rmdir",
  "fsync",
  "copyfile",
]);

/** The error of a run that a full disk ended, with the command line that resumes it; others as they are. */
export function withResumption(error: unknown, program: string, folder: string): unknown {
  if (!(error instanceof FileError) || !["ENOSPC", "EDQUOT", "EFBIG"].includes(errorCode(error.cause)))
    return error;
  const { path, reason, cause } = error;
  const message = `${error.message.slice(path.length + 2)}; resume with covidxr ${program} --resume ${folder}`;
  return new FileError({ path, reason, message, cause });
}

/** Whether the system refused something, such as a file without permission or a full disk. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return typeof error === "object" && error !== null && "syscall" in error && "code" in error;
}

/** Runs a command. An expected error, or one of the system, becomes one clear line and an exit status; whatever nobody expected is thrown. */
export async function execute(command: Command, argv: readonly string[]): Promise<void> {
  try {
    await command.exitOverride().parseAsync(argv, { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
      return;
    }
    const cause = error instanceof Error && error.name === "UsageError" ? error.cause : error;
    if (isSystemError(cause)) {
      const reason = WRITING.has(cause.syscall ?? "") ? "unwritable" : "unreadable";
      console.error(`Error: ${hidePasswords(diskError(cause.path ?? "a file", cause, { reason }).message)}`);
      process.exitCode = EXIT.error;
      return;
    }
    if (!isCovidxrError(cause)) throw error;
    const interrupted = cause.kind === "interrupted";
    console.error(
      interrupted ? `Stopped: ${cause.message}.` : `Error: ${hidePasswords(asFlags(cause.message))}`,
    );
    if (interrupted) process.exitCode = statusOf(stoppedBy ?? "SIGINT");
    else process.exitCode = cause === error ? EXIT.error : EXIT.usage;
  }
}
