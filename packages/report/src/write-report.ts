import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { writeFileAtomic } from "@covidxr/core/files";
import { checkOptions } from "@covidxr/core/internal";
import { analyseRun, checkAnalysis, type RunAnalysis, updateAnalysis } from "./analysis/analyse-run.js";
import { writeMetrics } from "./analysis/metrics-files.js";
import { standaloneSvg } from "./charts/internal/draw.js";
import { loadPlotting } from "./charts/plotting.js";
import { drawCharts, listCharts } from "./content/report-charts.js";
import { collectImages } from "./content/report-images.js";
import { claimChecklist } from "./documents/claim-checklist.js";
import { modelCard } from "./documents/model-card.js";
import { renderPage } from "./page/render-page.js";
import { acceptEdits, beginReport, noteFiles } from "./run/manifest.js";
import { readFiles, readRunRecord } from "./run/read-run.js";
import { isOfTheReport, isReadAsReport } from "./run/run-files.js";

/** What {@link writeReport} wrote. */
export interface WrittenReport {
  readonly analysis: RunAnalysis;
  /** Paths of all files written, `report.html` first. */
  readonly files: readonly string[];
  /** Documents that people completed, by name: they were left as they are. */
  readonly kept: readonly string[];
}

/** Options of {@link writeReport}. */
export interface WriteReportOptions {
  /**
   * Takes files that differ from the run's manifest as they are: page, card, checklist and metrics say from then on which ones
   * were edited after the run. A model card or checklist that somebody completed is kept. @defaultValue false
   */
  readonly acceptEdits?: boolean;
}

/**
 * Writes a run's report into its folder, from the files of the folder alone: `report.html`, which needs no other
 * file; its figures as `figures/*.svg`; `MODEL_CARD.md`; the CLAIM checklist `CLAIM.md`; and the metrics for other
 * programs as `metrics.json` (`cross-validation.json` of a run of folds). One run gives the same bytes every time.
 *
 * @param run Folder of a finished run; or an analysis that was made of its predictions before it was finished. Then its
 * record, audit and other split are read again, and nothing is computed twice.
 * @param options Whether files that were edited after the run are taken as they are.
 * @throws {FileError} on a file that is missing or is not what its name says, a run that did not finish, a symbolic link, or
 *   a folder that cannot be written; `"different"` on a file that was altered or added after the run.
 * @throws {MetadataError} on a table with a missing column or a wrong cell.
 */
export async function writeReport(
  run: string | RunAnalysis,
  options: WriteReportOptions = {},
): Promise<WrittenReport> {
  checkOptions(options, { acceptEdits: "boolean?" });
  if (typeof run !== "string") checkAnalysis(run);
  const folder = typeof run === "string" ? run : run.run.folder;
  if (options.acceptEdits === true) await acceptEdits(folder, await readRunRecord(folder));
  // The files of a run that this process has just finished are its own, and the model is large.
  const reads = typeof run === "string" ? (path: string) => !isOfTheReport(path) : isReadAsReport;
  const data = await readFiles(folder, reads);
  const analysis = typeof run === "string" ? analyseRun(data) : updateAnalysis(run, data);
  const charts = drawCharts(await loadPlotting(), analysis);
  const images = await collectImages(analysis);
  const contents: readonly (readonly [name: string, content: string])[] = [
    ["report.html", renderPage({ analysis, charts, images })],
    ["MODEL_CARD.md", modelCard(analysis)],
    ["CLAIM.md", claimChecklist(analysis)],
    ...listCharts(charts).map((chart) => [`figures/${chart.id}.svg`, standaloneSvg(chart)] as const),
  ];
  const kept = await beginReport(folder);
  const removed = await removeFigures(folder);
  const names: string[] = [];
  for (const [name, content] of contents) {
    if (kept.includes(name)) continue;
    await writeFileAtomic(join(folder, name), content);
    names.push(name);
  }
  names.push(await writeMetrics(analysis));
  await noteFiles(folder, [...new Set([...removed, ...names])]);
  return { analysis, files: names.map((name) => join(folder, name)), kept };
}

/** A report of another kind of run may have left figures that this one does not have. */
async function removeFigures(folder: string): Promise<string[]> {
  const names = await readdir(join(folder, "figures")).catch(() => []);
  const figures = names.filter((each) => each.endsWith(".svg"));
  for (const name of figures) await rm(join(folder, "figures", name), { force: true });
  return figures.map((name) => `figures/${name}`);
}
