import { formatEstimate } from "@covidxr/metrics";
import type { SplitComparison, SplitMetrics } from "../../analysis/compare-matrices.js";
import { SPLIT_NAMES, splitDifferenceText } from "../../content/split-texts.js";
import { DataTable } from "../components/data-table.js";

/** The same study on two splits: this run first. */
export function BothSplits({ comparison }: { readonly comparison: SplitComparison }) {
  const { own, other } = comparison;
  return (
    <>
      <h3>Both splits</h3>
      <DataTable
        label="The same study on both splits, with 95 % intervals"
        columns={["Split", "Accuracy", "Sensitivity", "Specificity", "AUC", "Images", "TN, FP, FN, TP"]}
        textColumns={[0]}
        rows={[rowOf(own, "this run"), rowOf(other, other.run)]}
      />
      <p>{splitDifferenceText(comparison)}</p>
    </>
  );
}

function rowOf(figures: SplitMetrics, run: string): (string | number)[] {
  const { split, images, confusionMatrix, accuracy, sensitivity, specificity, auc } = figures;
  return [
    `${SPLIT_NAMES[split]} (${run})`,
    formatEstimate(accuracy),
    formatEstimate(sensitivity),
    formatEstimate(specificity),
    auc === null ? "undefined" : formatEstimate(auc),
    images,
    confusionMatrix.flat().join(", "),
  ];
}
