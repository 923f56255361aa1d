import { formatEstimate } from "@covidxr/metrics";
import { isAttributeShortcut } from "../cohort/checks/attribute-shortcut.js";
import type { AttributeAssociation } from "../cohort/cohort-audit.js";
import type { Finding } from "../findings/finding.js";
import type { AucEstimate, ProbeResult } from "./probe-result.js";

/** Lower limit of the area above which a probe of the source is a finding. */
export const SOURCE_FINDING_LIMIT = 0.8;

/** Name of the attribute that probes of the source are about. */
const SOURCE = "source";

/**
 * What a reviewer would hold against a study by its probes: probes of the label that come near the model, and probes of
 * the source whose interval lies above {@link SOURCE_FINDING_LIMIT}, where the source tells the label. Where it does not,
 * pictures that tell their source do no harm, and the probe's words are all there is to say.
 *
 * @param results As `runProbes` gives them.
 * @param options `attributes`: those of {@link auditCohort}, of the same images. The one called `"source"` decides whether
 * the source tells the label, by the limits of the check of attributes (adjusted p-value below 0.01 and 0.05 of the
 * label's entropy beyond chance); without it, or where it is undefined, no probe of the source is a finding.
 * @returns One finding for each such probe, in their order.
 */
export function probeFindings(
  results: readonly ProbeResult[],
  options: { readonly attributes: readonly AttributeAssociation[] },
): Finding[] {
  const source = options.attributes.find(({ attribute }) => attribute === SOURCE);
  const sourceTells = source !== undefined && isAttributeShortcut(source);
  const isFinding = ({ target, verdict, outOfFold }: ProbeResult): boolean =>
    target === "label" ? verdict === "near-model" : sourceTells && outOfFold.low > SOURCE_FINDING_LIMIT;
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

function inFull(estimate: AucEstimate): string {
  const { level, method, negatives, positives } = estimate;
  return (
    `AUC ${formatEstimate(estimate)} (${Math.round(level * 1000) / 10} %, ${method}), ` +
    `${positives} images against ${negatives}`
  );
}
