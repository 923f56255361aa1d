import { isCovidxrError } from "@covidxr/core";
import { Command, CommanderError } from "commander";
import type { Run } from "../run/run.js";
import type { Settings } from "../settings/declarations.js";
import {
  addProgramFlags,
  type ProgramName,
  readRequest,
  type SettingsOf,
} from "../settings/read-settings.js";
import { usage } from "../settings/usage-error.js";

/** Exit statuses of all commands. */
const EXIT = { ok: 0, error: 1, usage: 2, interrupted: 130 } as const;

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

/** A program that leaves a run. */
export interface ProgramDescription<Name extends ProgramName> extends Introduction {
  readonly name: Name;
  /** What the run leaves. */
  readonly kind: "holdout" | "folds" | "audit";
  /** Settings that follow from others, or that the program fixes. */
  readonly derive?: (settings: SettingsOf<Name>) => Partial<Settings>;
}

/**
 * A command that leaves a run: it reads settings, opens the run's folder, and notes there how the run ended.
 *
 * @param main What it does; the result is printed with `--json`.
 */
export function programCommand<Name extends ProgramName>(
  program: ProgramDescription<Name>,
  main: (run: Run<Settings>, flags: Readonly<Record<string, unknown>>) => Promise<unknown>,
): Command {
  const command = addJson(addProgramFlags(newCommand(program), program.name));
  return command.action(async ({ json, ...flags }: Readonly<Record<string, unknown>>) => {
    const now = new Date();
    const { settings, ...request } = await usage(() => readRequest(program.name, flags, now));
    const [{ Run }, { consolePrinter }] = await Promise.all([
      import("../run/run.js"),
      import("../run/printer.js"),
    ]);
    const run = await Run.open({
      ...request,
      kind: program.kind,
      settings: { ...settings, ...program.derive?.(settings) } as Settings,
      now,
      say: consolePrinter(json === true ? process.stderr : process.stdout),
      signal: stopOnInterrupt(),
    });
    try {
      const result = await main(run, flags);
      if (json === true) printJson(result);
    } catch (error) {
      await run.fail(error);
      throw error;
    }
  });
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

/** Runs a command. An expected error becomes one clear line and an exit status; whatever nobody expected is thrown. */
export async function execute(command: Command, argv: readonly string[]): Promise<void> {
  try {
    await command.exitOverride().parseAsync(argv, { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
      return;
    }
    const cause = error instanceof Error && error.name === "UsageError" ? error.cause : error;
    if (!isCovidxrError(cause)) throw error;
    const interrupted = cause.kind === "interrupted";
    console.error(interrupted ? `Stopped: ${cause.message}.` : `Error: ${cause.message}`);
    process.exitCode = interrupted ? EXIT.interrupted : cause === error ? EXIT.error : EXIT.usage;
  }
}
