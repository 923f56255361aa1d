import { InvalidArgumentError } from "@covidxr/core";

/** Counts both classes of binary labels, and refuses labels of one class. */
export function checkBothClasses(truth: ArrayLike<number>): { positives: number; negatives: number } {
  let positives = 0;
  for (let i = 0; i < truth.length; i++) positives += truth[i]!;
  const negatives = truth.length - positives;
  if (positives === 0 || negatives === 0) {
    throw new InvalidArgumentError({
      parameter: "truth",
      value: [negatives, positives],
      message: `expected samples of both classes, got ${negatives} of class 0 and ${positives} of class 1; add samples of the other`,
    });
  }
  return { positives, negatives };
}
