import { resolve } from "node:path";
import type { Command } from "commander";
import { addJson, EXIT, newCommand, printJson } from "./command.js";

export function createCommand(): Command {
  return addJson(
    newCommand({
      name: "verify",
      description:
        "Verifies the folder of a finished run, such as one that you were handed: all files against its manifest and\n" +
        "their schemas, predictions against the cohort, metrics against those computed from the predictions again, and\n" +
        "the model. Writes nothing; exits with 1 if anything differs.",
      examples: [
        ["covidxr verify runs/DIR", "what was compared, and what differs"],
        ["covidxr verify runs/DIR --json", "the same, for a script"],
      ],
    }).argument("<run>", "folder of the run"),
  ).action(async (folder: string, { json }: { json?: boolean }) => {
    const [{ verifyRun }, { verifyModel }, { consolePrinter }] = await Promise.all([
      import("@covidxr/report"),
      import("../run/verify-model.js"),
      import("../run/printer.js"),
    ]);
    const { checks, ...verification } = await verifyRun(resolve(folder));
    const { record, same } = verification;
    const model = record.kind === "holdout" ? [await verifyModel(verification.folder, record)] : [];
    const all = [...checks, ...model];
    const result = {
      ...verification,
      same: same && all.every(({ status }) => status !== "differs"),
      checks: all,
    };
    consolePrinter(json ? process.stderr : process.stdout).verification(result);
    if (json) {
      const { record: _, ...rest } = result;
      printJson(rest);
    }
    if (!result.same) process.exitCode = EXIT.error;
  });
}
