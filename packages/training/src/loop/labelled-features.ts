import { InvalidArgumentError } from "@covidxr/core";
import type { TensorData } from "@covidxr/onnx";
import type { FeatureArray } from "../features/feature-array.js";

/** Features of some images and their classes, row by row. */
export interface LabelledFeatures {
  /** One array for each image, all of the engine's feature shape. */
  readonly values: readonly FeatureArray[];
  /** Class of each image: 0 or 1 for one output unit, else 0 … units-1. */
  readonly labels: readonly number[];
}

/**
 * @throws {InvalidArgumentError} on unequal lengths, no image at all, features of another size, or a label that
 * the output cannot express.
 */
export function checkLabelledFeatures(
  parameter: string,
  { values, labels }: LabelledFeatures,
  featureShape: readonly number[],
  units: number,
): void {
  const refuse = (value: unknown, message: string): never => {
    throw new InvalidArgumentError({ parameter, value, message });
  };
  if (values.length === 0) refuse(0, "expected at least one image, got none");
  if (values.length !== labels.length) {
    refuse(labels.length, `expected a label for each of ${values.length} images, got ${labels.length}`);
  }
  const size = featureShape.reduce((a, b) => a * b, 1);
  const odd = values.findIndex((value) => value.length !== size);
  if (odd >= 0) {
    refuse(
      values[odd]!.length,
      `expected ${size} values ([${featureShape}]) for each image, got ${values[odd]!.length} for image ${odd}`,
    );
  }
  const classes = Math.max(units, 2);
  const wrong = labels.findIndex((label) => !Number.isInteger(label) || label < 0 || label >= classes);
  if (wrong >= 0) {
    refuse(
      labels[wrong],
      `expected labels from 0 to ${classes - 1}, got ${labels[wrong]} for image ${wrong}`,
    );
  }
}

/** Labels of the images `rows` as the loss wants them: 0 or 1 for one unit, else one-hot rows. */
export function gatherLabels(labels: readonly number[], rows: ArrayLike<number>, units: number): TensorData {
  const data = new Float32Array(rows.length * units);
  for (let i = 0; i < rows.length; i++) {
    const label = labels[rows[i]!]!;
    if (units === 1) data[i] = label;
    else data[i * units + label] = 1;
  }
  return { data, dims: [rows.length, units] };
}
