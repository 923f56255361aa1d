import type { RunAnalysis } from "../analysis/analyse-run.js";
import type { ReportCharts } from "../content/report-charts.js";
import type { ReportImages } from "../content/report-images.js";

/** What a page is made of. */
export interface PageContent {
  readonly analysis: RunAnalysis;
  readonly charts: ReportCharts;
  readonly images: ReportImages;
}
