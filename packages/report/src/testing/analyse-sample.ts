import { analyseRun, type RunAnalysis, updateAnalysis } from "../analysis/analyse-run.js";
import { readRun } from "../run/read-run.js";
import { type SampleRun, writeSampleRun } from "./write-sample-run.js";

/** By all that decides the metrics; each test file has its own, as it loads its own modules. */
const analysed = new Map<string, RunAnalysis>();

/**
 * Writes a sample run, which `change` may alter, and analyses it. Runs of equal predictions, threshold and seed
 * differ in nothing that is bootstrapped, so only the first pays for it.
 */
export async function analyseSample(
  folder: string,
  sample: SampleRun,
  change?: () => Promise<unknown>,
): Promise<RunAnalysis> {
  await writeSampleRun(folder, sample);
  await change?.();
  const run = await readRun(folder);
  const key = JSON.stringify([sample.kind, sample.gain, run.threshold, run.record.settings.seed]);
  const alike = analysed.get(key);
  const analysis = alike === undefined ? analyseRun(run) : updateAnalysis(alike, run);
  analysed.set(key, analysis);
  return analysis;
}
