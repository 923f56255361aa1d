import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { WrittenReport } from "@covidxr/report/internal";
import type { Command } from "commander";
import { addJson, newCommand, printJson } from "./command.js";

export function createCommand(): Command {
  return addJson(
    newCommand({
      name: "report",
      description:
        "Writes the report of a finished run again, from the files in its folder alone: report.html, MODEL_CARD.md,\n" +
        "CLAIM.md, figures/ and metrics.json.",
      examples: [
        ["covidxr report runs/DIR", "the report of a run"],
        ["covidxr report runs/DIR --json", "its metrics, for a script"],
        ["covidxr report runs/DIR --accept-edits", "after you edited a file of the run"],
      ],
    })
      .argument("<run>", "folder of the run")
      .option(
        "--accept-edits",
        "take files that you edited after the run as they are; the report names them, and keeps a model card or\n" +
          "checklist that you completed",
      ),
  ).action(async (folder: string, { json, acceptEdits = false }: Flags) => {
    const [{ writeReport }, { consolePrinter }] = await Promise.all([
      import("@covidxr/report"),
      import("../run/printer.js"),
    ]);
    const report = await writeReport(resolve(folder), { acceptEdits });
    consolePrinter(json ? process.stderr : process.stdout).report(report);
    if (json) printJson(await reportJson(report));
  });
}

interface Flags {
  readonly acceptEdits?: boolean;
  readonly json?: boolean;
}

/** A run's metrics as its folder has them, with where the run and its report are. */
export async function reportJson({ analysis, files }: WrittenReport): Promise<object> {
  const { folder, kind } = analysis.run;
  const name = kind === "holdout" ? "metrics.json" : "cross-validation.json";
  const metrics = JSON.parse(await readFile(join(folder, name), "utf8"));
  return { run: folder, report: files[0], ...metrics };
}
