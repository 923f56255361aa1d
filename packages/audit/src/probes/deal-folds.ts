import { stratifiedGroupKFold } from "@covidxr/dataset";

/** Fewest patients of a class, or of a source: one to learn from and one to score. */
export const MINIMUM_PATIENTS = 2;

/** How images are dealt into folds. */
export interface FoldOptions {
  /** Most folds to make, 2 or more. */
  readonly folds: number;
  readonly seed: number;
}

/** Patients who have images of label 0 and of label 1; one who has images of both counts twice. */
export function countPatients(
  labels: readonly number[],
  patients: readonly string[],
): readonly [number, number] {
  const withLabel = (label: number): number =>
    new Set(patients.filter((_, place) => labels[place] === label)).size;
  return [withLabel(0), withLabel(1)];
}

/**
 * Deals images into folds by patient, as many as wanted, or as many as there are patients of the rarer label where these
 * are fewer, so that every fold can have both labels.
 *
 * @returns Fold of each image; null with fewer than {@link MINIMUM_PATIENTS} patients of a label.
 */
export function dealFolds(
  labels: readonly number[],
  patients: readonly string[],
  { folds, seed }: FoldOptions,
): number[] | null {
  const fewest = Math.min(...countPatients(labels, patients));
  if (fewest < MINIMUM_PATIENTS) return null;
  return stratifiedGroupKFold(labels, { folds: Math.min(folds, fewest), seed, groups: patients });
}
