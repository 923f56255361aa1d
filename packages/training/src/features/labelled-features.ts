import { InvalidArgumentError } from "@covidxr/core";
import { checkArguments, describeValue } from "@covidxr/core/internal";
import type { ImageIdentity } from "@covidxr/dataset/internal";
import type { TensorData } from "@covidxr/onnx";
import { describeValues, type FeatureArray, isFeatureArray } from "./feature-array.js";
import { checkOrigin, checkSettings, type FeatureOrigin, type KnownSettings } from "./feature-origin.js";

/** Features of some images and their classes, row by row. */
export interface LabelledFeatures {
  /** One array for each image, all of the engine's feature shape. */
  readonly values: readonly FeatureArray[];
  /** Class of each image: 0 or 1 for one output unit, else 0 … units-1. */
  readonly labels: readonly number[];
  /** Which image each row is, so that related sets are found. @defaultValue unknown */
  readonly origins?: readonly ImageIdentity[];
}

/** Training images whose features may differ from epoch to epoch, as augmentation makes them. */
export interface EpochFeatures {
  /** Class of each image: 0 or 1 for one output unit, else 0 … units-1. */
  readonly labels: readonly number[];
  /** Which image each row is, so that related sets are found. @defaultValue unknown */
  readonly origins?: readonly ImageIdentity[];
  /**
   * Features of the images `rows` as `epoch` (from 1 on) sees them. The same arguments give the same values, so that
   * a run can stop and resume.
   */
  features(epoch: number, rows: ArrayLike<number>): Promise<readonly FeatureArray[]>;
}

/** What the part of a model that trains takes and gives. */
export interface TailInterface {
  /** Shape of one image's features. */
  readonly featureShape: readonly number[];
  /** Units of the output. */
  readonly units: number;
  /** What its features are computed with; undefined: unknown, and not checked. */
  readonly origin: (() => FeatureOrigin) | undefined;
  /** How the images of its features were made, as far as they say. */
  readonly settings: KnownSettings;
}

/**
 * @throws {InvalidArgumentError} on unequal lengths, no image at all, features of another size or of other layers, or a
 * label that the output cannot express.
 */
export function checkLabelledFeatures(
  parameter: string,
  images: LabelledFeatures,
  tail: TailInterface,
): void {
  checkLengths(parameter, images);
  checkLabels(parameter, images.labels, tail.units);
  checkFeatures(parameter, images.values, tail);
}

/** @throws {InvalidArgumentError} on another number of labels, or of origins where there are any, than images. */
export function checkLengths(parameter: string, images: LabelledFeatures): void {
  checkArguments({ [parameter]: images }, { [parameter]: "object" });
  const { values, labels, origins } = images;
  checkArguments(
    { [`${parameter}.values`]: values, [`${parameter}.labels`]: labels },
    { [`${parameter}.values`]: "array", [`${parameter}.labels`]: "array" },
  );
  if (values.length !== labels.length) {
    throw new InvalidArgumentError({
      parameter,
      value: labels.length,
      message: `expected a label for each of ${values.length} images, got ${labels.length}`,
    });
  }
  checkOrigins(parameter, labels.length, origins);
}

/** @throws {InvalidArgumentError} on no label at all, or one that the output cannot express. */
export function checkLabels(parameter: string, labels: readonly number[], units: number): void {
  if (labels.length === 0) {
    throw new InvalidArgumentError({ parameter, value: 0, message: "expected at least one image, got none" });
  }
  const classes = Math.max(units, 2);
  const wrong = labels.findIndex((label) => !Number.isInteger(label) || label < 0 || label >= classes);
  if (wrong < 0) return;
  throw new InvalidArgumentError({
    parameter,
    value: labels[wrong],
    message: `expected labels from 0 to ${classes - 1}, which ${units === 1 ? "one unit tells" : `${units} units tell`}, got ${describeValue(labels[wrong])} for image ${wrong}; give class indices, or the head a unit for each class`,
  });
}

/** @throws {InvalidArgumentError} on values of another kind or size, and on features of other layers. */
function checkFeatures(
  parameter: string,
  values: readonly FeatureArray[],
  { featureShape, origin, settings }: TailInterface,
): void {
  const size = featureShape.reduce((a, b) => a * b, 1);
  const odd = values.findIndex((value) => !isFeatureArray(value) || value.length !== size);
  if (odd >= 0) {
    throw new InvalidArgumentError({
      parameter,
      value: values[odd]?.length,
      message: `expected features of shape [${featureShape}] (Float32Array or Uint16Array of ${size} values) for each image, got ${describeValues(values[odd])} for image ${odd}`,
    });
  }
  if (origin !== undefined) checkOrigin(parameter, values, origin);
  checkSettings(parameter, values, settings);
}

/**
 * Images whose features change from epoch to epoch, or stay the same.
 *
 * @throws {InvalidArgumentError} as {@link checkLabelledFeatures}; features that come later are checked as they come.
 */
export function asEpochFeatures(
  training: LabelledFeatures | EpochFeatures,
  tail: TailInterface,
): EpochFeatures {
  checkArguments({ training }, { training: "object" });
  if (!("features" in training)) {
    const { values, labels } = training;
    checkLabelledFeatures("training", training, tail);
    return { labels, features: async (_epoch, rows) => Array.from(rows, (row) => values[row]!) };
  }
  checkArguments(
    { "training.features": training.features, "training.labels": training.labels },
    { "training.features": "function", "training.labels": "array" },
  );
  checkLabels("training", training.labels, tail.units);
  checkOrigins("training", training.labels.length, training.origins);
  return {
    labels: training.labels,
    async features(epoch, rows) {
      const values = await training.features(epoch, rows);
      checkFeatures("training", values, tail);
      return values;
    },
  };
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

/** @throws {InvalidArgumentError} when origins are given, and not one for each of `images`. */
export function checkOrigins(
  parameter: string,
  images: number,
  origins: readonly ImageIdentity[] | undefined,
): void {
  if (origins === undefined) return;
  checkArguments({ [parameter]: origins }, { [parameter]: "objects" });
  if (origins.length === images) return;
  throw new InvalidArgumentError({
    parameter,
    value: origins.length,
    message: `expected an origin for each of ${images} images, got ${origins.length}; name all, or leave them out`,
  });
}
