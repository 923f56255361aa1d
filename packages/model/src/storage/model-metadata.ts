import { InvalidArgumentError } from "@covidxr/core";
import { checkOptions, type OptionKinds } from "@covidxr/core/internal";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { isRecord, shown } from "./faults.js";

/** Name of the description in a model folder; TensorFlow.js' loaders are pointed at it. */
export const MODEL_FILE = "model.json";

/** Version of what `userDefinedMetadata` holds. */
export const FORMAT_VERSION = 2;

/** File name of the values, by their digest: two models never share one. */
export function weightsFile(sha256: string): string {
  return `weights-${sha256}.bin`;
}

/** Files that this package writes to a model folder, partial ones included. */
export const OWN_FILE = /^(model\.json\.\d+|weights-[0-9a-f]{64}\.bin(\.\d+)?)$/;

/** A JSON value with finite numbers. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/**
 * What a program needs to use a saved model correctly: everything that made the pixels it was trained on, and what its output
 * means. Stored inside `model.json`.
 */
export interface ModelMetadata {
  /** Library that decoded the images; their pixels of a JPEG differ by rounding. `prepareImages` names it. */
  readonly decoder: "jimp" | "sharp";
  /** Whether images were turned as their EXIF orientation says (`decodeImage`). */
  readonly orientation: "apply" | "ignore";
  /** Which values of 16-bit images became grey levels (`decodeImage`). @defaultValue none was named */
  readonly window?: { readonly center: number; readonly width: number } | "full";
  /** How images are resized to {@link inputSize}: `"nearest"` neighbour (the study) or `"bilinear"`. */
  readonly resize: "nearest" | "bilinear";
  /** Size of the input in pixels; must be the model's own. */
  readonly inputSize: { readonly height: number; readonly width: number };
  /**
   * How pixels become input: `"rescale"` is RGB times 1/255 (the study), `"caffe"` is BGR minus the ImageNet means
   * (what VGG19's weights were trained with).
   */
  readonly preprocessing: "rescale" | "caffe";
  /** Of two classes, a probability of the positive one above this is positive; of more, the largest decides. In [0, 1]. */
  readonly threshold: number;
  /** Class names by index, all different. Two classes are negative, positive, for one sigmoid unit as for two of softmax. */
  readonly classes: readonly string[];
  /** Where the model comes from, in any form: data, seed, commit, metrics. */
  readonly provenance?: { readonly [key: string]: JsonValue };
}

/** Fields with the values that they may have. */
const CHOICES = {
  decoder: ["jimp", "sharp"],
  orientation: ["apply", "ignore"],
  resize: ["nearest", "bilinear"],
  preprocessing: ["rescale", "caffe"],
} as const satisfies Partial<Record<keyof ModelMetadata, readonly string[]>>;

const KINDS: OptionKinds<ModelMetadata> = {
  ...CHOICES,
  window: "any?",
  inputSize: "object",
  threshold: "number",
  classes: "strings",
  provenance: "object?",
};

/**
 * Parses metadata from an untrusted value, field by field.
 *
 * @param model The model whose input and output the metadata must match.
 * @throws {InvalidArgumentError} naming the field, such as `metadata.threshold`.
 */
export function parseModelMetadata(value: unknown, model: LayersModel): ModelMetadata {
  if (!isRecord(value)) throw invalid("metadata", value, "an object");
  const { window, inputSize, threshold, classes, provenance } = value;
  for (const [field, choices] of Object.entries(CHOICES)) {
    if (choices.some((choice) => choice === value[field])) continue;
    throw invalid(`metadata.${field}`, value[field], choices.map((choice) => `"${choice}"`).join(" or "));
  }
  const { decoder, orientation, resize, preprocessing } = value as unknown as ModelMetadata;
  if (!isWindow(window)) {
    throw invalid(
      "metadata.window",
      window,
      '{ center, width } with a width of 1 or more, "full" or nothing',
    );
  }
  if (model.inputs.length !== 1 || model.outputs.length !== 1) {
    const got = `${model.inputs.length} inputs and ${model.outputs.length} outputs`;
    throw invalid("model", got, "a model of one input, the image, and one output");
  }
  const [, height, width] = model.inputs[0]!.shape;
  if (!isRecord(inputSize) || inputSize.height !== height || inputSize.width !== width) {
    throw invalid("metadata.inputSize", inputSize, `the model's own {"height":${height},"width":${width}}`);
  }
  if (typeof threshold !== "number" || !(threshold >= 0 && threshold <= 1)) {
    throw invalid("metadata.threshold", threshold, "a number in [0, 1]");
  }
  const units = model.outputs[0]!.shape.at(-1) ?? 1;
  const count = units === 1 ? 2 : units;
  if (!isClassNames(classes) || classes.length !== count) {
    throw invalid("metadata.classes", classes, `${count} different names`);
  }
  if (provenance !== undefined && (!isRecord(provenance) || !isJson(provenance))) {
    throw invalid("metadata.provenance", provenance, "an object of JSON values with finite numbers");
  }
  // Values are right; what is left are names that nobody reads.
  checkOptions(value as unknown as ModelMetadata, KINDS, "metadata");
  return {
    ...{ decoder, orientation, ...(window !== undefined && { window }), resize, preprocessing },
    inputSize: { height: height as number, width: width as number },
    ...{ threshold, classes },
    ...(provenance !== undefined && { provenance: provenance as NonNullable<ModelMetadata["provenance"]> }),
  };
}

function isWindow(value: unknown): value is ModelMetadata["window"] {
  if (value === undefined || value === "full") return true;
  if (!isRecord(value) || Object.keys(value).some((key) => key !== "center" && key !== "width")) return false;
  const { center, width } = value;
  return Number.isFinite(center) && Number.isFinite(width) && (width as number) >= 1;
}

function isClassNames(value: unknown): value is string[] {
  return (
    Array.isArray(value) &&
    value.every((name) => typeof name === "string" && name !== "") &&
    new Set(value).size === value.length
  );
}

function isJson(value: unknown): value is { readonly [key: string]: JsonValue } {
  if (value === null || typeof value === "boolean" || typeof value === "string") return true;
  if (typeof value === "number") return Number.isFinite(value);
  if (Array.isArray(value)) return value.every(isJson);
  // Dates, maps and the like would not survive the round trip.
  return (
    isRecord(value) && Object.getPrototypeOf(value) === Object.prototype && Object.values(value).every(isJson)
  );
}

function invalid(parameter: string, value: unknown, expected: string): InvalidArgumentError {
  return new InvalidArgumentError({
    parameter,
    value,
    message: `expected ${expected}, got ${shown(value)}`,
  });
}
