import { InvalidArgumentError } from "@covidxr/core";
import { cacheKey } from "@covidxr/core/files";
import { layerChain, modelSteps } from "@covidxr/onnx/internal";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import type { FeatureArray } from "./feature-array.js";

/** What features were computed with: the layers of a model before its tail. */
export interface FeatureOrigin {
  /** Last layer that computed them. */
  readonly cutAfter: string;
  /** SHA-256 of the layers, without their names, and of their weights. */
  readonly digest: string;
  /** How the image was made that they were computed of. @defaultValue unknown */
  readonly settings?: string;
}

/** How the images of several sets were made; undefined until the first of them says. */
export interface KnownSettings {
  known: string | undefined;
}

/** Origins of feature arrays that an extractor made; they stay with an array through any list it is put into. */
const origins = new WeakMap<FeatureArray, FeatureOrigin>();

/** Notes what computed `features`. */
export function noteOrigin<T extends FeatureArray>(features: T, origin: FeatureOrigin): T {
  origins.set(features, origin);
  return features;
}

/** The layers of `model` before layer `tailFrom`, with the weights that they have now. */
export function originOf(model: LayersModel, tailFrom: string): FeatureOrigin {
  const chain = layerChain(model).map(({ layer }) => layer);
  const before = chain[chain.findIndex(({ name }) => name === tailFrom) - 1];
  // The input itself, which nothing computes.
  if (before === undefined || before.getClassName() === "InputLayer")
    return { cutAfter: "input", digest: "" };
  const cutAfter = before.name;
  const { steps, values } = modelSteps(model, { to: cutAfter });
  const layers = steps.map(({ layerClass, config, inputShape, outputShape }) => [
    ...[layerClass, config, inputShape, outputShape],
  ]);
  const weights = steps.flatMap((step) => step.weights.map(({ name }) => bytesOf(values(name))));
  return { cutAfter, digest: cacheKey(layers, ...weights) };
}

/**
 * Refuses features of other layers, or of the same ones with other weights. Arrays whose origin is unknown, such as a
 * copy or one from a file, are taken as they are.
 *
 * @param expected Called when an origin is known, since a digest of weights takes time.
 * @throws {InvalidArgumentError} with what computed them.
 */
export function checkOrigin(
  parameter: string,
  values: readonly FeatureArray[],
  expected: () => FeatureOrigin,
): void {
  for (const [image, features] of values.entries()) {
    const origin = origins.get(features);
    if (origin === undefined) continue;
    const { cutAfter, digest } = expected();
    if (origin.digest === digest) continue;
    throw new InvalidArgumentError({
      parameter,
      value: origin,
      message:
        `expected features that this model's layers up to "${cutAfter}" computed with the weights they have now, got ` +
        (origin.cutAfter === cutAfter
          ? `those of other weights or settings for image ${image}`
          : `those after "${origin.cutAfter}" for image ${image}`) +
        "; extract them again with extractFeatures",
    });
  }
}

/**
 * Refuses features of images that were made otherwise than those before, such as with another preprocessing.
 *
 * @throws {InvalidArgumentError} with both settings.
 */
export function checkSettings(
  parameter: string,
  values: readonly FeatureArray[],
  settings: KnownSettings,
): void {
  for (const [image, features] of values.entries()) {
    const own = origins.get(features)?.settings;
    if (own === undefined) continue;
    settings.known ??= own;
    if (own === settings.known) continue;
    throw new InvalidArgumentError({
      parameter,
      value: own,
      message:
        `expected features of images made as the others, or as those the model was trained on (${settings.known}), ` +
        `got ${own} for image ${image}; prepare all images alike`,
    });
  }
}

/** How the images were made that a model was trained on last. */
const trainedOn = new WeakMap<LayersModel, string>();

/** Notes it. */
export function noteTraining(model: LayersModel, { known }: KnownSettings): void {
  if (known === undefined) trainedOn.delete(model);
  else trainedOn.set(model, known);
}

/** What is known of it. */
export const trainingSettings = (model: LayersModel): KnownSettings => ({ known: trainedOn.get(model) });

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);
