import type { Command } from "commander";
import type { Run } from "../run/run.js";
import type { Settings } from "../settings/declarations.js";
import {
  addProgramFlags,
  type ProgramName,
  readRequest,
  type SettingsOf,
} from "../settings/read-settings.js";
import { usage } from "../settings/usage-error.js";
import {
  addJson,
  type Introduction,
  newCommand,
  printJson,
  stopOnSignal,
  withResumption,
} from "./command.js";

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
    const options = {
      ...request,
      kind: program.kind,
      settings: { ...settings, ...program.derive?.(settings) } as Settings,
      now,
      say: consolePrinter(json === true ? process.stderr : process.stdout),
      signal: stopOnSignal(),
    };
    const result = await Run.perform(options, async (run) => {
      try {
        return await main(run, flags);
      } catch (error) {
        throw program.kind === "audit" ? error : withResumption(error, program.name, request.output);
      }
    });
    if (json === true) printJson(result);
  });
}
