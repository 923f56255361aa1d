import { analyseRun, type RunAnalysis, updateAnalysis } from "../analysis/analyse-run.js";
import { readRun } from "../run/read-run.js";
import { type SampleRun, writeSampleRun } from "./write-sample-run.js";

/** By the kind of run; a test file has its own, as each file loads its own modules. */
const analysed = new Map<SampleRun["kind"], RunAnalysis>();

/**
 * Writes a sample run, which `change` may alter, and analyses it. The runs of one kind have the same predictions, so
 * only the first pays for the bootstrap. Not for a run with a `gain`, or a threshold or seed of its own.
 */
export async function analyseSample(
  folder: string,
  sample: SampleRun,
  change?: () => Promise<unknown>,
): Promise<RunAnalysis> {
  await writeSampleRun(folder, sample);
  await change?.();
  const run = await readRun(folder);
  const alike = analysed.get(sample.kind);
  const analysis = alike === undefined ? analyseRun(run) : updateAnalysis(alike, run);
  analysed.set(sample.kind, analysis);
  return analysis;
}
