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
  const names = layerChain(model).map(({ layer }) => layer.name);
  const cutAfter = names[names.indexOf(tailFrom) - 1]!;
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

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);
