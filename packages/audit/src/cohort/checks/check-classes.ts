import { plural } from "@covidxr/core/internal";
import { type CohortRow, patientKey } from "@covidxr/dataset/cohort";
import { permutationTest, wilson } from "@covidxr/metrics";
import { formatPValue } from "@covidxr/metrics/internal";
import { enumerate, type Finding, percent } from "../../findings.js";
import { distinctImages, splitsOf } from "../rows.js";

/** Classes of a split's images in use, each file once. */
export interface SplitClasses {
  readonly split: string;
  readonly negative: number;
  readonly positive: number;
  /** Patients among them; an image of unknown patient counts as one. */
  readonly patients: number;
}

/** P-value below which class proportions of splits differ. */
const CLASS_SIGNIFICANCE = 0.01;

/**
 * Fewest images of each class in a held-out split. With 10 of 10 images correct, the 95 % interval (Wilson 1927) still
 * extends down to 0.72; with fewer, a perfect result is hardly distinguishable from a mediocre one.
 */
const HELD_OUT_IMAGES = 10;

/** Classes and the metric that each determines. */
const CLASSES = [
  { name: "negative", metric: "specificity" },
  { name: "positive", metric: "sensitivity" },
] as const;

/**
 * Checks that every split has both classes, that held-out splits have enough of both, and that class proportions agree.
 *
 * Counts used rows, each file of a split once. Proportions are compared by a {@link permutationTest} over patients, with the
 * split as attribute. Rows without a split are left out.
 *
 * @returns All splits in use; an issue for each class that a split lacks, or of which a held-out split has fewer than
 * {@link HELD_OUT_IMAGES} images, and one where proportions differ by more than chance.
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
  const { pValue } = permutationTest(
    images.map(({ label }) => label),
    held.flatMap((own, code) => own.images.map(() => code)),
    { groups: images.map(patientKey), seed: options.seed, purpose: "classes of splits" },
  );
  const findings = splits.flatMap(checkSplit);
  if (pValue < CLASS_SIGNIFICANCE) findings.push(differingShares(splits, pValue));
  return { splits, findings };
}

function checkSplit(classes: SplitClasses): Finding[] {
  const { split } = classes;
  return CLASSES.flatMap(({ name, metric }) => {
    const images = classes[name];
    if (images > 0 && (split === "train" || images >= HELD_OUT_IMAGES)) return [];
    const summary =
      images > 0
        ? `${split} has only ${plural(images, `${name} image`)}: even with all of them classified correctly, the 95 % ` +
          `confidence interval of the ${metric} would extend down to ${wilson(images, images).low.toFixed(2)}.`
        : `${split} has no ${name} images: ${split === "train" ? "a model cannot learn that class" : `the ${metric} is undefined`}.`;
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
    summary: `Class proportions differ between splits: ${enumerate(shares)} are positive (${formatPValue(pValue)}).`,
    items: splits.map(countsOf),
  };
}

function countsOf({ split, negative, positive, patients }: SplitClasses): string {
  return `${split}: ${negative} negative, ${positive} positive, ${plural(patients, "patient")}`;
}
