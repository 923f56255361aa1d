import { InvalidArgumentError } from "@covidxr/core";
import type { LayersModel } from "@tensorflow/tfjs-layers";

/** A value that JSON can hold; numbers are finite. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/** What a saved model needs to be used rightly; it travels inside `model.json`. */
export interface ModelMetadata {
  /**
   * How pixels become input: `"rescale"` is RGB times 1/255 (the study), `"caffe"` is BGR less the ImageNet means
   * (what VGG19's weights were trained with).
   */
  readonly preprocessing: "rescale" | "caffe";
  /** Size of the input in pixels; it is the model's own. */
  readonly inputSize: { readonly height: number; readonly width: number };
  /** A probability above this is the positive class. In [0, 1]. */
  readonly threshold: number;
  /** Names of the classes by index, all different. A single sigmoid unit has two: negative, positive. */
  readonly labels: readonly string[];
  /** Where the model comes from, in any form: data, seed, commit, figures. */
  readonly provenance?: { readonly [key: string]: JsonValue };
}

/**
 * Takes metadata from an untrusted value, field by field.
 *
 * @param model The metadata must fit its input and output.
 * @throws {InvalidArgumentError} naming the field, such as `metadata.threshold`.
 */
export function parseModelMetadata(value: unknown, model: LayersModel): ModelMetadata {
  if (!isRecord(value)) throw invalid("metadata", value, "an object");
  const { preprocessing, inputSize, threshold, labels, provenance } = value;
  if (preprocessing !== "rescale" && preprocessing !== "caffe") {
    throw invalid("metadata.preprocessing", preprocessing, '"rescale" or "caffe"');
  }
  const [, height, width] = model.inputs[0]!.shape;
  if (!isRecord(inputSize) || inputSize.height !== height || inputSize.width !== width) {
    throw invalid("metadata.inputSize", inputSize, `the model's own {"height":${height},"width":${width}}`);
  }
  if (typeof threshold !== "number" || !(threshold >= 0 && threshold <= 1)) {
    throw invalid("metadata.threshold", threshold, "a number in [0, 1]");
  }
  const units = model.outputs[0]!.shape.at(-1) ?? 1;
  const classes = units === 1 ? 2 : units;
  if (!isLabels(labels) || labels.length !== classes) {
    throw invalid("metadata.labels", labels, `${classes} different names`);
  }
  const common = {
    preprocessing,
    inputSize: { height: height as number, width: width as number },
    threshold,
    labels,
  } as const;
  if (provenance === undefined) return common;
  if (!isRecord(provenance) || !isJson(provenance)) {
    throw invalid("metadata.provenance", provenance, "an object of JSON values with finite numbers");
  }
  return { ...common, provenance };
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isLabels(value: unknown): value is string[] {
  return (
    Array.isArray(value) &&
    value.every((label) => typeof label === "string" && label !== "") &&
    new Set(value).size === value.length
  );
}

function isJson(value: unknown): value is { readonly [key: string]: JsonValue } {
  if (value === null || typeof value === "boolean" || typeof value === "string") return true;
  if (typeof value === "number") return Number.isFinite(value);
  if (Array.isArray(value)) return value.every(isJson);
  // Dates, maps and the like would come back as something else.
  return (
    isRecord(value) && Object.getPrototypeOf(value) === Object.prototype && Object.values(value).every(isJson)
  );
}

function invalid(parameter: string, value: unknown, expected: string): InvalidArgumentError {
  return new InvalidArgumentError({
    parameter,
    value,
    message: `expected ${expected}, got ${JSON.stringify(value) ?? String(value)}`,
  });
}
