import { Command } from "commander";
import { runTool } from "./run/command.js";
import { path } from "./run/options/values.js";
import { Printer } from "./run/printer.js";
import { writeRunReport } from "./run/write-report.js";

// Makes a run's report again, from the files in its folder alone.
const command = new Command("report")
  .description(
    "Makes the report of a finished run again, from the files in its folder alone: report.html, MODEL_CARD.md, " +
      "CLAIM.md and figures/. For research; not a diagnostic device.",
  )
  .argument("<run>", "folder of the run", path)
  .helpOption("--help", "show this help")
  .parse();

await runTool(async () => {
  await writeRunReport(command.processedArgs[0] as string, new Printer());
});
