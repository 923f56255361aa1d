import { relative } from "node:path";
import { type RunAnalysis, writeReport } from "@covidxr/report";
import type { Printer } from "./printer.js";

/** Writes the report of a finished run into its folder and says where it is. */
export async function writeRunReport(run: string | RunAnalysis, say: Printer): Promise<RunAnalysis> {
  const { analysis, files } = await writeReport(run);
  const figures = files.filter((file) => file.endsWith(".svg")).length;
  const named = files
    .filter((file) => file.endsWith(".html") || file.endsWith(".md"))
    .map((file) => relative(analysis.run.folder, file));
  say.block(`Report: ${files[0]} (with ${named.slice(1).join(", ")} and ${figures} figures)`);
  return analysis;
}
