import type { ClassCounts } from "./class-counts.js";

/**
 * Harmonic mean of precision and recall, in scikit-learn 1.2's order of operations (`2·p·r / (p + r)`), which
 * decides the last bit and with it a rounded digit. Without a true positive it is 0 whenever it is defined.
 */
export function f1Of(counts: ClassCounts, whenUndefined: number): number {
  const { truePositives, falsePositives, falseNegatives } = counts;
  if (truePositives + falsePositives + falseNegatives === 0) return whenUndefined;
  if (truePositives === 0) return 0;
  const p = truePositives / (truePositives + falsePositives);
  const r = truePositives / (truePositives + falseNegatives);
  return (2 * p * r) / (p + r);
}
