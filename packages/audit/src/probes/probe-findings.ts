import { formatEstimate } from "@covidxr/metrics";
import type { Finding } from "../findings/finding.js";
import type { AucEstimate, ProbeResult } from "./probe-result.js";

/** Lower limit of the area above which a probe of the source is a finding. */
export const SOURCE_FINDING_LIMIT = 0.8;

/**
 * What a reviewer would hold against a study by its probes: probes of the label that come near the model, and probes of
 * the source whose interval lies above {@link SOURCE_FINDING_LIMIT}. Whether the source goes with the label is not
 * asked here; where it does not, pictures that tell their source do no harm.
 *
 * @param results As `runProbes` gives them.
 * @returns One finding for each such probe, in their order.
 */
export function probeFindings(results: readonly ProbeResult[]): Finding[] {
  return results.filter(isFinding).map((result) => ({
    check: "probes",
    severity: "shortcut",
    summary: result.words,
    items: [
      `${result.title}, out of fold: ${inFull(result.outOfFold)}`,
      ...(result.heldOut === null ? [] : [`${result.title}, held out: ${inFull(result.heldOut)}`]),
    ],
  }));
}

function isFinding({ target, verdict, outOfFold }: ProbeResult): boolean {
  return target === "label" ? verdict === "near-model" : outOfFold.low > SOURCE_FINDING_LIMIT;
}

function inFull(estimate: AucEstimate): string {
  const { level, method, negatives, positives } = estimate;
  return (
    `AUC ${formatEstimate(estimate)} (${Math.round(level * 1000) / 10} %, ${method}), ` +
    `${positives} images against ${negatives}`
  );
}
