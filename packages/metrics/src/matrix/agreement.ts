import { checkOptions } from "@covidxr/core/internal";
import {
  type ConfusionMatrix,
  checkMatrix,
  marginals,
  ratio,
  UNDEFINED,
  type UndefinedOptions,
  undefinedValue,
} from "./confusion-matrix.js";

/** Options of {@link balancedAccuracy}. */
export interface BalancedAccuracyOptions extends UndefinedOptions {
  /**
   * Effect of a class without a true sample: the metric is undefined, or the class is left out of the mean (as in
   * scikit-learn, with a warning), so that the metric describes the other classes only.
   * @defaultValue "undefined"
   */
  readonly absentClasses?: "undefined" | "omit";
}

/** Options of {@link cohenKappa}. */
export interface CohenKappaOptions extends UndefinedOptions {
  /**
   * How much confusing classes i and j counts: "none" all alike, "linear" |i − j|, "quadratic" (i − j)² (Cohen 1968).
   * The last two are for ordered classes, such as degrees of severity.
   * @defaultValue "none"
   */
  readonly weights?: "none" | "linear" | "quadratic";
}

/**
 * Proportion of samples whose predicted class is the true one, in [0, 1]. Undefined without samples.
 *
 * @param matrix Counts from {@link confusionMatrix}.
 * @throws {InvalidArgumentError} when `matrix` is not square or holds anything but counts.
 */
export function accuracy(matrix: ConfusionMatrix, options: UndefinedOptions = {}): number {
  checkOptions(options, UNDEFINED);
  const whenUndefined = undefinedValue(options);
  const { classCount, total } = marginals(matrix);
  let right = 0;
  for (let t = 0; t < classCount; t++) right += matrix[t]![t]!;
  return ratio(right, total, whenUndefined);
}

/**
 * Mean recall of all classes, in [0, 1]; for two classes the mean of sensitivity and specificity (Brodersen et al.
 * 2010). A model that always predicts the same one of C classes scores 1 / C, however common that class is.
 *
 * Undefined when a class has no true sample, unless `absentClasses` is "omit"; then only without any sample.
 *
 * @param matrix Counts from {@link confusionMatrix}.
 * @throws {InvalidArgumentError} when `matrix` is not square or holds anything but counts, or on another
 *   `absentClasses`.
 */
export function balancedAccuracy(matrix: ConfusionMatrix, options: BalancedAccuracyOptions = {}): number {
  checkOptions(options, { ...UNDEFINED, absentClasses: ["undefined", "omit", undefined] });
  checkMatrix(matrix);
  const whenUndefined = undefinedValue(options);
  const absentClasses = options.absentClasses ?? "undefined";
  let sum = 0;
  let occurring = 0;
  for (const [truth, row] of matrix.entries()) {
    const support = row.reduce((total, count) => total + count, 0);
    if (support > 0) {
      sum += row[truth]! / support;
      occurring++;
    }
  }
  if (occurring < matrix.length && absentClasses === "undefined") return whenUndefined;
  return ratio(sum, occurring, whenUndefined);
}

const DISAGREEMENT: Record<
  NonNullable<CohenKappaOptions["weights"]>,
  (truth: number, predicted: number) => number
> = {
  none: (truth, predicted) => (truth === predicted ? 0 : 1),
  linear: (truth, predicted) => Math.abs(truth - predicted),
  quadratic: (truth, predicted) => (truth - predicted) ** 2,
};

/**
 * Agreement of predicted and true classes beyond chance, 1 − observed / expected disagreement, in [−1, 1] (Cohen
 * 1960): 1 is full agreement, 0 what independent predictions with the same frequencies reach. Undefined when no
 * disagreement is expected: without samples, or when all are of one class and were predicted as it.
 *
 * @param matrix Counts from {@link confusionMatrix}, of any number of classes.
 * @param options `whenUndefined` is NaN or a number from −1 to 1.
 * @throws {InvalidArgumentError} when `matrix` is not square or holds anything but counts, or on other `weights`.
 */
export function cohenKappa(matrix: ConfusionMatrix, options: CohenKappaOptions = {}): number {
  checkOptions(options, { ...UNDEFINED, weights: ["none", "linear", "quadratic", undefined] });
  const whenUndefined = undefinedValue(options, [-1, 1]);
  const { classCount, actual, predicted, total } = marginals(matrix);
  const weights = options.weights ?? "none";
  let observed = 0;
  let expected = 0;
  for (let t = 0; t < classCount; t++) {
    for (let p = 0; p < classCount; p++) {
      const weight = DISAGREEMENT[weights](t, p);
      observed += weight * matrix[t]![p]!;
      expected += weight * actual[t]! * predicted[p]!;
    }
  }
  // Both sums are whole numbers for counts; one division at the end keeps the result within its range.
  return expected === 0 ? whenUndefined : (expected - total * observed) / expected;
}

/**
 * Correlation of predicted and true classes, in [−1, 1]: Matthews' coefficient (1975), for more than two classes in
 * Gorodkin's form (2004). 1 is perfect, 0 what predictions independent of the truth reach; with more than two classes
 * the minimum depends on their frequencies and lies between −1 and 0.
 *
 * Undefined when all samples are of one class, all were predicted as one, or there is none. scikit-learn returns 0
 * there: pass `whenUndefined: 0` for its value.
 *
 * @param matrix Counts from {@link confusionMatrix}, of any number of classes.
 * @param options `whenUndefined` is NaN or a number from −1 to 1.
 * @throws {InvalidArgumentError} when `matrix` is not square or holds anything but counts.
 */
export function matthewsCorrelation(matrix: ConfusionMatrix, options: UndefinedOptions = {}): number {
  checkOptions(options, UNDEFINED);
  const whenUndefined = undefinedValue(options, [-1, 1]);
  const { actual, predicted, total } = marginals(matrix);
  let right = 0;
  let actualSquares = 0;
  let predictedSquares = 0;
  let products = 0;
  for (let c = 0; c < matrix.length; c++) {
    right += matrix[c]![c]!;
    actualSquares += actual[c]! ** 2;
    predictedSquares += predicted[c]! ** 2;
    products += actual[c]! * predicted[c]!;
  }
  const square = total ** 2;
  const scale = Math.sqrt((square - actualSquares) * (square - predictedSquares));
  return scale === 0 ? whenUndefined : (right * total - products) / scale;
}
