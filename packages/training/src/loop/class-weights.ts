import { InvalidArgumentError } from "@covidxr/core";
import { checkInteger, describeValue } from "@covidxr/core/internal";

/**
 * Weights that let every class count alike in a loss however often it occurs: `n / (classes · n_c)` for class `c` with
 * `n_c` of `n` samples, as scikit-learn's `compute_class_weight("balanced")`. Over the samples they average 1.
 *
 * @param labels Class of each sample, 0 … classes-1.
 * @param classes Number of classes, 2 or more; a single output unit has two.
 * @returns One weight for each class.
 * @throws {InvalidArgumentError} on a label that is no class, or a class without a sample.
 */
export function balancedClassWeights(labels: readonly number[], classes: number): number[] {
  checkInteger("classes", classes, { min: 2 });
  const counts: number[] = Array(classes).fill(0);
  for (const [i, label] of labels.entries()) {
    checkLabel(label, classes, i);
    counts[label]!++;
  }
  const missing = counts.indexOf(0);
  if (missing >= 0) {
    throw new InvalidArgumentError({
      parameter: "labels",
      value: missing,
      message: `expected a sample of each of ${classes} classes, got none of class ${missing}; add one or set weights by hand`,
    });
  }
  return counts.map((count) => labels.length / (classes * count));
}

/** @throws {InvalidArgumentError} on anything but one weight for each class. */
export function checkClassWeights(classWeights: readonly number[], classes: number): readonly number[] {
  if (Array.isArray(classWeights) && classWeights.length === classes) return classWeights;
  const got = Array.isArray(classWeights) ? `${classWeights.length} of them` : describeValue(classWeights);
  throw new InvalidArgumentError({
    parameter: "classWeights",
    value: classWeights,
    message: `expected "balanced" or an array of ${classes} weights, one for each class, got ${got}; pass such as [${Array(classes).fill(1).join(", ")}]`,
  });
}

/**
 * Weight of each sample by its class.
 *
 * @param labels Class of each sample.
 * @param classWeights Weight of each class, 0 or more.
 * @throws {InvalidArgumentError} on a label without a weight, or a weight that is negative or not finite.
 */
export function sampleWeightsOf(labels: readonly number[], classWeights: readonly number[]): Float32Array {
  const wrong = classWeights.findIndex((weight) => !(weight >= 0 && Number.isFinite(weight)));
  if (wrong >= 0) {
    throw new InvalidArgumentError({
      parameter: "classWeights",
      value: classWeights[wrong],
      message: `expected finite weights of at least 0, got ${describeValue(classWeights[wrong])} for class ${wrong}`,
    });
  }
  return Float32Array.from(labels, (label, i) => {
    checkLabel(label, classWeights.length, i);
    return classWeights[label]!;
  });
}

function checkLabel(label: number, classes: number, index: number): void {
  if (Number.isInteger(label) && label >= 0 && label < classes) return;
  throw new InvalidArgumentError({
    parameter: "labels",
    value: label,
    message: `expected labels from 0 to ${classes - 1}, got ${label} for sample ${index}`,
  });
}
