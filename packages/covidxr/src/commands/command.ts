import { isCovidxrError } from "@covidxr/core";
import { showControls } from "@covidxr/core/internal";
import { Command, CommanderError } from "commander";
import { asFlags } from "./flag-text.js";

/** Exit statuses of all commands. */
export const EXIT = { ok: 0, error: 1, usage: 2, interrupted: 130 } as const;

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
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, "Error: ")) })
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

/** Fires at the first Ctrl-C; a second one ends the process. */
export function stopOnInterrupt(): AbortSignal {
  const controller = new AbortController();
  process.on("SIGINT", () => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    console.error("\nStopping after the current step; press Ctrl-C again to stop at once.");
    controller.abort();
  });
  return controller.signal;
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
      const { path, message } = cause;
      const name = path === undefined || message.includes(path) ? "" : `${path}: `;
      const line = showControls(`${name}${message}`);
      console.error(`Error: ${line}; check the path, its permissions and the space that is left`);
      process.exitCode = EXIT.error;
      return;
    }
    if (!isCovidxrError(cause)) throw error;
    const interrupted = cause.kind === "interrupted";
    console.error(interrupted ? `Stopped: ${cause.message}.` : `Error: ${asFlags(cause.message)}`);
    process.exitCode = interrupted ? EXIT.interrupted : cause === error ? EXIT.error : EXIT.usage;
  }
}
