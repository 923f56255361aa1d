import { plural } from "@covidxr/core/internal";
import { type CohortRow, patientKey } from "@covidxr/dataset";
import { formatPValue, wilson } from "@covidxr/metrics";
import { enumerate, type Finding, percent } from "../../findings.js";
import { distinctImages, splitsOf } from "../rows.js";
import { permutationTest } from "../statistics/permutation-test.js";

/** Classes of a split's images in use, each file once. */
export interface SplitClasses {
  readonly split: string;
  readonly negative: number;
  readonly positive: number;
  /** Patients among them; an image of unknown patient counts as one. */
  readonly patients: number;
}

/** Class shares of splits are said to differ below this p-value. */
const CLASS_SIGNIFICANCE = 0.01;

/**
 * Images of a class that a held-out split needs. Of 10 images all right, the 95 % interval (Wilson 1927) still reaches down
 * to 0.72; with fewer, a perfect figure is hardly told from a middling one.
 */
const HELD_OUT_IMAGES = 10;

/** What a class measures. */
const CLASSES = [
  { name: "negative", figure: "specificity" },
  { name: "positive", figure: "sensitivity" },
] as const;

/**
 * Classes of each split: whether each has both, enough of both where it is held out, and in like shares.
 *
 * Used rows count, each file of a split once. That shares differ is tested by {@link permutationTest}, over patients, with
 * the split in the place of the attribute. Without splits there is nothing to say.
 *
 * @returns All splits that rows stand in, and a fault for each class that a split lacks, or that a held-out split has fewer
 * than {@link HELD_OUT_IMAGES} of, and one where class shares differ more than by chance.
 */
export function checkClasses(
  rows: readonly CohortRow[],
  options: { readonly seed: number },
): { splits: SplitClasses[]; findings: Finding[] } {
  const held = splitsOf(rows).map((split) => ({
    split,
    images: distinctImages(rows.filter((row) => row.split === split)),
  }));
  const splits = held.map(({ split, images }) => ({
    split,
    negative: images.filter(({ label }) => label === 0).length,
    positive: images.filter(({ label }) => label === 1).length,
    patients: new Set(images.map(patientKey)).size,
  }));
  const images = held.flatMap((own) => own.images);
  const { pValue } = permutationTest({
    values: held.flatMap((own, code) => own.images.map(() => code)),
    labels: images.map(({ label }) => label),
    patients: images.map(patientKey),
    seed: options.seed,
    purpose: "classes of splits",
  });
  const findings = splits.flatMap(checkSplit);
  if (pValue < CLASS_SIGNIFICANCE) findings.push(differingShares(splits, pValue));
  return { splits, findings };
}

function checkSplit(classes: SplitClasses): Finding[] {
  const { split } = classes;
  return CLASSES.flatMap(({ name, figure }) => {
    const images = classes[name];
    if (images > 0 && (split === "train" || images >= HELD_OUT_IMAGES)) return [];
    const summary =
      images > 0
        ? `${split} has ${images} ${name} ${images === 1 ? "image" : "images"}, fewer than ${HELD_OUT_IMAGES}: were all right, ` +
          `the 95 % interval of the ${figure} would still reach down to ${wilson(images, images).low.toFixed(2)}.`
        : `${split} has no ${name} image${split === "train" ? ": a model cannot learn that class" : `: its ${figure} is undefined`}.`;
    return [{ check: "classes", severity: "issue", summary, items: [countsOf(classes)] }];
  });
}

function differingShares(splits: readonly SplitClasses[], pValue: number): Finding {
  const shares = splits.map(
    ({ split, negative, positive }) => `${percent(positive / (negative + positive))} of ${split}`,
  );
  return {
    check: "classes",
    severity: "issue",
    summary: `The classes are not spread evenly: ${enumerate(shares)} are positive (${formatPValue(pValue)}).`,
    items: splits.map(countsOf),
  };
}

function countsOf({ split, negative, positive, patients }: SplitClasses): string {
  return `${split}: ${negative} negative, ${positive} positive, ${plural(patients, "patient")}`;
}
