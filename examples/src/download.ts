import { runTool } from "./run/command.js";
import { readDownloadOptions } from "./run/options/download-options.js";
import { Printer } from "./run/printer.js";
import { showStage } from "./run/progress.js";
import { downloadInputs } from "./study/download-inputs.js";

// Fetches the study and the weights, and nothing else: for a machine with internet, ahead of one without.
await runTool(async (signal) => {
  const options = readDownloadOptions(process.argv.slice(2));
  const stage = <T>(_: string, ...shown: Parameters<typeof showStage<T>>) => showStage(...shown);
  await downloadInputs(options, { say: new Printer(), stage }, signal);
});
