import { showControls } from "@covidxr/core/internal";
import type { Command } from "commander";
import { SETTINGS } from "../settings/declarations.js";
import { addFlags } from "../settings/read-settings.js";
import { checkTogether, fillDefaults, setting, whole } from "../settings/setting.js";
import { usage } from "../settings/usage-error.js";
import { addJson, newCommand, printJson } from "./command.js";

const DECLARED = {
  engine: { ...SETTINGS.engine, group: "Options:", help: "engine to choose: auto, onnx or tfjs" },
  tfjsPackage: { ...SETTINGS.tfjsPackage, group: "Options:" },
  steps: setting({
    schema: whole(1),
    flag: "--steps <n>",
    group: "Options:",
    help: "timed steps on each engine; their median is printed",
    default: 5,
  }),
};

export function createCommand(): Command {
  const command = newCommand({
    name: "engines",
    description:
      "Prints what can compute here, which engine would be chosen and why, and how fast each one trains.",
    examples: [
      ["covidxr engines", "all engines"],
      ["covidxr engines --engine tfjs", "fails if tfjs-node is not installed"],
      ["covidxr engines --engine tfjs --tfjs-package tfjs-node", "where both packages are installed"],
    ],
  });
  return addJson(addFlags(command, DECLARED)).action(async ({ json, ...flags }: { json?: boolean }) => {
    const { engine, tfjsPackage, steps } = await usage(() => {
      const values = fillDefaults(DECLARED, flags, { synthetic: false });
      checkTogether(DECLARED, new Set(Object.keys(flags)), values);
      return values;
    });
    const [{ inspectEngines }, { table }] = await Promise.all([
      import("../engines/inspect-engines.js"),
      import("../run/texts.js"),
    ]);
    const print = json ? console.error : console.log;
    const result = await inspectEngines({ engine, tfjsPackage, providers: ["cpu"] }, steps, {
      onInstalled: (candidates) => {
        print("Installed");
        for (const { name, state } of candidates) print(`  ${name}: ${showControls(state)}`);
      },
      onChosen: ({ description, reason, fallbacks }) => {
        print(`\nChosen for engine "${engine}": ${description}`);
        print(`  because: ${reason}`);
        for (const line of fallbacks) print(`  ${showControls(line)}`);
      },
    });
    print(`\nA training step of a small model, median of ${steps}`);
    print(
      table(
        result.timings.map(({ name, millisecondsPerStep, error }) => [
          name,
          error ?? `${millisecondsPerStep!.toFixed(2)} ms`,
        ]),
      ),
    );
    if (json) printJson(result);
    if (result.error) throw result.error;
  });
}
