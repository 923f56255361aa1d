import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { writeFileAtomic } from "@covidxr/core/files";
import { analyseRun, checkAnalysis, type RunAnalysis, updateAnalysis } from "./analysis/analyse-run.js";
import { writeMetrics } from "./analysis/metrics-files.js";
import { standaloneSvg } from "./charts/internal/draw.js";
import { loadPlotting } from "./charts/plotting.js";
import { drawCharts, listCharts } from "./content/report-charts.js";
import { collectImages } from "./content/report-images.js";
import { claimChecklist } from "./documents/claim-checklist.js";
import { modelCard } from "./documents/model-card.js";
import { renderPage } from "./page/render-page.js";
import { readRun } from "./run/read-run.js";

/** What {@link writeReport} wrote. */
export interface WrittenReport {
  readonly analysis: RunAnalysis;
  /** Paths of all files written, `report.html` first. */
  readonly files: readonly string[];
}

/**
 * Writes a run's report into its folder, from the files of the folder alone: `report.html`, which needs no other
 * file; its figures as `figures/*.svg`; `MODEL_CARD.md`; the CLAIM checklist `CLAIM.md`; and the metrics for other
 * programs as `metrics.json` (`cross-validation.json` of a run of folds). One run gives the same bytes every time.
 *
 * @param run Folder of a finished run; or an analysis that was made of its predictions before it was finished. Then its
 * record, audit and other split are read again, and nothing is computed twice.
 * @throws {FileError} on a file that is missing or is not what its name says, a run that did not finish, or a folder
 *   that cannot be written.
 * @throws {MetadataError} on a table with a missing column or a wrong cell.
 */
export async function writeReport(run: string | RunAnalysis): Promise<WrittenReport> {
  if (typeof run !== "string") checkAnalysis(run);
  const folder = typeof run === "string" ? run : run.run.folder;
  const data = await readRun(folder);
  const analysis = typeof run === "string" ? analyseRun(data) : updateAnalysis(run, data);
  const charts = drawCharts(await loadPlotting(), analysis);
  const images = await collectImages(analysis);
  const contents: readonly (readonly [name: string, content: string])[] = [
    ["report.html", renderPage({ analysis, charts, images })],
    ["MODEL_CARD.md", modelCard(analysis)],
    ["CLAIM.md", claimChecklist(analysis)],
    ...listCharts(charts).map((chart) => [join("figures", `${chart.id}.svg`), standaloneSvg(chart)] as const),
  ];
  await removeFigures(folder);
  const files: string[] = [];
  for (const [name, content] of contents) {
    await writeFileAtomic(join(folder, name), content);
    files.push(join(folder, name));
  }
  files.push(await writeMetrics(analysis));
  return { analysis, files };
}

/** A report of another kind of run may have left figures that this one does not have. */
async function removeFigures(folder: string): Promise<void> {
  const names = await readdir(join(folder, "figures")).catch(() => []);
  for (const name of names.filter((each) => each.endsWith(".svg")))
    await rm(join(folder, "figures", name), { force: true });
}
