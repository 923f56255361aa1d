import type { RunAnalysis } from "../../analysis/analyse-run.js";

/** Name of a run's images, from their sources; plain text. */
export function cohortTitle({ run, facts }: RunAnalysis): string {
  return run.record.synthetic
    ? "Synthetic chest radiographs"
    : facts.sources.map(({ source }) => source).join(" + ");
}
