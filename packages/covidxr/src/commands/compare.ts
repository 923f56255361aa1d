import { resolve } from "node:path";
import type { Command } from "commander";
import { addFlags } from "../settings/read-settings.js";
import { setting, whole } from "../settings/setting.js";
import { addJson, newCommand, printJson } from "./command.js";

const SEED = setting({
  schema: whole(0),
  flag: "--seed <n>",
  group: "Options:",
  help: "decides the draws of the bootstrap",
  default: 0,
});

export function createCommand(): Command {
  const command = addJson(
    newCommand({
      name: "compare",
      description:
        "Compares two finished runs on the images that both held out, with paired tests: McNemar for proportions of images,\n" +
        "DeLong for the area under the ROC curve.",
      examples: [["covidxr compare runs/A runs/B", "the metrics of A and B, with their differences"]],
    })
      .argument("<run-a>", "folder of one run")
      .argument("<run-b>", "folder of the other")
      .option("--output <file>", "also write the comparison as JSON"),
  );
  return addFlags(command, { seed: SEED }).action(async (first: string, second: string, flags: Flags) => {
    const [a, b] = [resolve(first), resolve(second)];
    const { seed = 0, output, json } = flags;
    const [{ compareRuns, readRun }, { comparisonText }, { writeFileAtomic }] = await Promise.all([
      import("@covidxr/report"),
      import("../run/texts.js"),
      import("@covidxr/core/files"),
    ]);
    const comparison = compareRuns(await readRun(a), await readRun(b), { seed });
    const result = { a, b, ...comparison };
    if (json) printJson(result);
    else console.log(comparisonText(a, b, comparison));
    if (output === undefined) return;
    await writeFileAtomic(resolve(output), `${JSON.stringify(result, undefined, 2)}\n`);
    console[json ? "error" : "log"](`\nWritten to ${resolve(output)}.`);
  });
}

interface Flags {
  readonly seed?: number;
  readonly output?: string;
  readonly json?: boolean;
}
