import { formatEstimate, formatMetric, formatPValue } from "@covidxr/metrics";
import type { RunComparison } from "@covidxr/report";
import { table } from "../run/format.js";

/** A comparison as text: what was compared, each figure with its difference, and what that means. */
export function comparisonText(a: string, b: string, comparison: RunComparison): string {
  const { sets, thresholds, images, patients, onlyInA, onlyInB, discordant, metrics } = comparison;
  return [
    `A: ${a} (${sets[0]}, positive above ${thresholds[0]})`,
    `B: ${b} (${sets[1]}, positive above ${thresholds[1]})`,
    `Images that both held out: ${images}, of ${patients} patients or files (only in A: ${onlyInA}, only in B: ${onlyInB})`,
    `Right in A alone: ${discordant.onlyA}; right in B alone: ${discordant.onlyB}`,
    "",
    table([
      ["", "A", "B", "A − B, 95 % interval", "test", ""],
      ...metrics.map(({ name, a: ownA, b: ownB, difference, interval, test }) => [
        name,
        formatMetric(ownA),
        formatMetric(ownB),
        formatEstimate({ value: difference, ...interval }),
        test?.name ?? "",
        test ? formatPValue(test.pValue) : "",
      ]),
    ]),
    "",
    "A large p-value does not show that the runs are equal: the interval says which differences the images leave open.",
    "For research. This is not a diagnostic device.",
  ].join("\n");
}
