import { InvalidArgumentError } from "@covidxr/core";
import { checkOptions, type OptionKinds } from "@covidxr/core/internal";
import {
  CLASS,
  type ClassCounts,
  type ClassOptions,
  type ConfusionMatrix,
  classCounts,
  ratio,
  undefinedValue,
} from "./confusion-matrix.js";

/** Options of {@link fBeta}. */
export interface FBetaOptions extends ClassOptions {
  /** How many times as much recall counts as precision, above 0: 2 favours recall, 0.5 precision, 1 is F1. */
  readonly beta: number;
}

/** Options of the predictive values. */
export interface PredictiveValueOptions extends ClassOptions {
  /**
   * Proportion of the population that is of the class, in [0, 1]. If given, the value follows from sensitivity and
   * specificity by Bayes' theorem, as it would be in a population of that prevalence.
   * @defaultValue the proportion among the samples
   */
  readonly prevalence?: number;
}

const PREDICTIVE: OptionKinds<PredictiveValueOptions> = { ...CLASS, prevalence: "number?" };

/**
 * Proportion of the samples predicted as the class that are of it, TP / (TP + FP), in [0, 1]; the clinical positive
 * predictive value at the prevalence of these samples. Undefined when the class was never predicted.
 *
 * @param matrix Counts from {@link confusionMatrix}.
 * @throws {InvalidArgumentError} when `matrix` is not a confusion matrix or `classIndex` is not one of its classes.
 */
export function precision(matrix: ConfusionMatrix, options: ClassOptions = {}): number {
  checkOptions(options, CLASS);
  const whenUndefined = undefinedValue(options);
  const { truePositives, falsePositives } = classCounts(matrix, options);
  return ratio(truePositives, truePositives + falsePositives, whenUndefined);
}

/**
 * Proportion of the samples of the class that were found, TP / (TP + FN), in [0, 1]; {@link sensitivity} by another
 * name. Undefined when no sample is of the class.
 *
 * @param matrix Counts from {@link confusionMatrix}.
 * @throws {InvalidArgumentError} when `matrix` is not a confusion matrix or `classIndex` is not one of its classes.
 */
export function recall(matrix: ConfusionMatrix, options: ClassOptions = {}): number {
  checkOptions(options, CLASS);
  const whenUndefined = undefinedValue(options);
  const { truePositives, falseNegatives } = classCounts(matrix, options);
  return ratio(truePositives, truePositives + falseNegatives, whenUndefined);
}

/**
 * Proportion of the diseased that were found, TP / (TP + FN), in [0, 1]; the clinical name of {@link recall}. Undefined
 * when no sample is of the class.
 *
 * @param matrix Counts from {@link confusionMatrix}.
 * @throws {InvalidArgumentError} when `matrix` is not a confusion matrix or `classIndex` is not one of its classes.
 */
export function sensitivity(matrix: ConfusionMatrix, options: ClassOptions = {}): number {
  return recall(matrix, options);
}

/**
 * Proportion of the samples of other classes that were not predicted as the class, TN / (TN + FP), in [0, 1]. Undefined
 * when every sample is of the class.
 *
 * @param matrix Counts from {@link confusionMatrix}.
 * @throws {InvalidArgumentError} when `matrix` is not a confusion matrix or `classIndex` is not one of its classes.
 */
export function specificity(matrix: ConfusionMatrix, options: ClassOptions = {}): number {
  checkOptions(options, CLASS);
  const whenUndefined = undefinedValue(options);
  const { trueNegatives, falsePositives } = classCounts(matrix, options);
  return ratio(trueNegatives, trueNegatives + falsePositives, whenUndefined);
}

/**
 * Harmonic mean of precision and recall, 2·TP / (2·TP + FP + FN), in [0, 1]. Undefined only when the class neither
 * occurs nor was predicted; a class that occurs and was never predicted has an undefined precision and an F1 of 0.
 *
 * @param matrix Counts from {@link confusionMatrix}.
 * @throws {InvalidArgumentError} when `matrix` is not a confusion matrix or `classIndex` is not one of its classes.
 */
export function f1Score(matrix: ConfusionMatrix, options: ClassOptions = {}): number {
  checkOptions(options, CLASS);
  const whenUndefined = undefinedValue(options);
  return f1Of(classCounts(matrix, options), whenUndefined);
}

/**
 * F1 in scikit-learn 1.2's order of operations, `2·p·r / (p + r)`, which decides the last bit and with it a rounded
 * digit. Without a true positive it is 0 whenever it is defined.
 */
export function f1Of(counts: ClassCounts, whenUndefined: number): number {
  const { truePositives, falsePositives, falseNegatives } = counts;
  if (truePositives + falsePositives + falseNegatives === 0) return whenUndefined;
  if (truePositives === 0) return 0;
  const p = truePositives / (truePositives + falsePositives);
  const r = truePositives / (truePositives + falseNegatives);
  return (2 * p * r) / (p + r);
}

/**
 * Weighted harmonic mean of precision and recall, (1 + β²)·TP / ((1 + β²)·TP + β²·FN + FP), in [0, 1] (van Rijsbergen
 * 1979). Undefined only when the class neither occurs nor was predicted, as {@link f1Score}.
 *
 * @param matrix Counts from {@link confusionMatrix}.
 * @throws {InvalidArgumentError} when `matrix` is not a confusion matrix, `classIndex` is not one of its classes, or
 *   `beta` is not a finite number above 0.
 */
export function fBeta(matrix: ConfusionMatrix, options: FBetaOptions): number {
  checkOptions(options, { ...CLASS, beta: "number" });
  const { beta } = options;
  const whenUndefined = undefinedValue(options);
  if (!(beta > 0 && beta < Number.POSITIVE_INFINITY)) {
    throw new InvalidArgumentError({
      parameter: "beta",
      value: beta,
      message: `expected a finite number above 0, got ${beta}; use precision for 0 and recall for Infinity`,
    });
  }
  const { truePositives, falsePositives, falseNegatives } = classCounts(matrix, options);
  if (truePositives === 0) return falsePositives + falseNegatives === 0 ? whenUndefined : 0;
  // β² / (1 + β²) and its complement, written so that no β overflows.
  const recallWeight = 1 / (1 + 1 / (beta * beta));
  const precisionWeight = 1 / (1 + beta * beta);
  return truePositives / (truePositives + recallWeight * falseNegatives + precisionWeight * falsePositives);
}

/**
 * Proportion of the samples predicted as the class that are of it, in [0, 1]. Without `prevalence` it is
 * {@link precision}, TP / (TP + FP): the value at the prevalence of these samples, which says little about a population
 * in which the disease is rarer or more common. With `prevalence` it is
 * sensitivity·prevalence / (sensitivity·prevalence + (1 − specificity)·(1 − prevalence))
 * (Altman and Bland, BMJ 309:102, 1994).
 *
 * Undefined when the class was never predicted; with `prevalence` also when sensitivity or specificity is, or when
 * nobody in such a population would test positive.
 *
 * @param matrix Counts from {@link confusionMatrix}.
 * @throws {InvalidArgumentError} when `matrix` is not a confusion matrix, `classIndex` is not one of its classes, or
 *   `prevalence` is not in [0, 1].
 */
export function positivePredictiveValue(
  matrix: ConfusionMatrix,
  options: PredictiveValueOptions = {},
): number {
  checkOptions(options, PREDICTIVE);
  const { prevalence: given, ...ofClass } = options;
  if (given === undefined) return precision(matrix, ofClass);
  const whenUndefined = undefinedValue(options);
  const prevalence = checkPrevalence(given);
  const { sensitivity, falsePositiveRate } = ratesOf(classCounts(matrix, options));
  return posterior(prevalence * sensitivity, (1 - prevalence) * falsePositiveRate, whenUndefined);
}

/**
 * Proportion of the samples not predicted as the class that are indeed not of it, in [0, 1]. Without `prevalence` it is
 * TN / (TN + FN), the value at the prevalence of these samples. With `prevalence` it is
 * specificity·(1 − prevalence) / (specificity·(1 − prevalence) + (1 − sensitivity)·prevalence)
 * (Altman and Bland, BMJ 309:102, 1994).
 *
 * Undefined when every sample was predicted as the class; with `prevalence` also when sensitivity or specificity is, or
 * when everybody in such a population would test positive.
 *
 * @param matrix Counts from {@link confusionMatrix}.
 * @throws {InvalidArgumentError} when `matrix` is not a confusion matrix, `classIndex` is not one of its classes, or
 *   `prevalence` is not in [0, 1].
 */
export function negativePredictiveValue(
  matrix: ConfusionMatrix,
  options: PredictiveValueOptions = {},
): number {
  checkOptions(options, PREDICTIVE);
  const whenUndefined = undefinedValue(options);
  const counts = classCounts(matrix, options);
  if (options.prevalence === undefined) {
    return ratio(counts.trueNegatives, counts.trueNegatives + counts.falseNegatives, whenUndefined);
  }
  const prevalence = checkPrevalence(options.prevalence);
  const { specificity, falseNegativeRate } = ratesOf(counts);
  return posterior((1 - prevalence) * specificity, prevalence * falseNegativeRate, whenUndefined);
}

/**
 * How many times more often a sample of the class is predicted as the class than one of another class,
 * sensitivity / (1 − specificity), in [0, Infinity]; 1 is uninformative, and it does not depend on prevalence (Deeks and
 * Altman, BMJ 329:168, 2004).
 *
 * Infinity without a false positive: these samples set no bound, which is not the same as certainty. Undefined when all
 * samples are of the class or none is, and when the class was never predicted (0 / 0).
 *
 * @param matrix Counts from {@link confusionMatrix}.
 * @param options `whenUndefined` is NaN or a number from 0 to Infinity.
 * @throws {InvalidArgumentError} when `matrix` is not a confusion matrix or `classIndex` is not one of its classes.
 */
export function positiveLikelihoodRatio(matrix: ConfusionMatrix, options: ClassOptions = {}): number {
  checkOptions(options, CLASS);
  const whenUndefined = undefinedValue(options, [0, Number.POSITIVE_INFINITY]);
  const { sensitivity, falsePositiveRate } = ratesOf(classCounts(matrix, options));
  const quotient = sensitivity / falsePositiveRate;
  return Number.isNaN(quotient) ? whenUndefined : quotient;
}

/**
 * How many times more often a sample of the class is predicted as another class than one of another class is,
 * (1 − sensitivity) / specificity, in [0, Infinity]; 0 is best, 1 is uninformative, and it does not depend on prevalence
 * (Deeks and Altman, BMJ 329:168, 2004).
 *
 * Infinity without a true negative. Undefined when all samples are of the class or none is, and when every sample was
 * predicted as the class (0 / 0).
 *
 * @param matrix Counts from {@link confusionMatrix}.
 * @param options `whenUndefined` is NaN or a number from 0 to Infinity.
 * @throws {InvalidArgumentError} when `matrix` is not a confusion matrix or `classIndex` is not one of its classes.
 */
export function negativeLikelihoodRatio(matrix: ConfusionMatrix, options: ClassOptions = {}): number {
  checkOptions(options, CLASS);
  const whenUndefined = undefinedValue(options, [0, Number.POSITIVE_INFINITY]);
  const { falseNegativeRate, specificity } = ratesOf(classCounts(matrix, options));
  const quotient = falseNegativeRate / specificity;
  return Number.isNaN(quotient) ? whenUndefined : quotient;
}

/** Each from its own counts rather than as a complement, which would lose digits; NaN where a class has no sample. */
function ratesOf({ truePositives, falsePositives, falseNegatives, trueNegatives }: ClassCounts) {
  return {
    sensitivity: truePositives / (truePositives + falseNegatives),
    falseNegativeRate: falseNegatives / (falseNegatives + truePositives),
    specificity: trueNegatives / (trueNegatives + falsePositives),
    falsePositiveRate: falsePositives / (falsePositives + trueNegatives),
  };
}

/** Bayes' theorem from the joint probabilities of an observation and each of two exclusive hypotheses. */
function posterior(joint: number, otherJoint: number, whenUndefined: number): number {
  const evidence = joint + otherJoint;
  return evidence > 0 ? joint / evidence : whenUndefined;
}

function checkPrevalence(prevalence: number): number {
  if (!(prevalence >= 0 && prevalence <= 1)) {
    throw new InvalidArgumentError({
      parameter: "prevalence",
      value: prevalence,
      message: `expected a number from 0 to 1, got ${prevalence}; pass the proportion of the population that is of the class`,
    });
  }
  return prevalence;
}
