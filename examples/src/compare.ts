import { writeFileAtomic } from "@covidxr/core/files";
import { compareRuns, readRun } from "@covidxr/report";
import { Command } from "commander";
import { comparisonText } from "./compare/print-comparison.js";
import { runTool } from "./run/command.js";
import { path, whole } from "./run/options/values.js";

// Compares two runs on the images that both held out, image by image.
const command = new Command("compare")
  .description(
    "Compares two finished runs on the images that both held out, with paired tests: McNemar for shares of images, " +
      "DeLong for the area under the ROC curve. For research; not a diagnostic device.",
  )
  .argument("<run-a>", "folder of one run", path)
  .argument("<run-b>", "folder of the other", path)
  .option("--seed <n>", "decides the bootstrap's draws", whole(0), 0)
  .option("--output <file>", "also write the comparison as JSON", path)
  .helpOption("--help", "show this help")
  .parse();

await runTool(async () => {
  const [a, b] = command.processedArgs as [string, string];
  const { seed, output } = command.opts<{ seed: number; output?: string }>();
  const comparison = compareRuns(await readRun(a), await readRun(b), { seed });
  console.log(comparisonText(a, b, comparison));
  if (output === undefined) return;
  await writeFileAtomic(output, `${JSON.stringify({ a, b, ...comparison }, undefined, 2)}\n`);
  console.log(`\nWritten to ${output}.`);
});
