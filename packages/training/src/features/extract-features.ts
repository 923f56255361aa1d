import { type ContentCache, cacheKey, openContentCache } from "@covidxr/core/files";
import { checkArguments, checkInteger, checkOptions, throwIfInterrupted } from "@covidxr/core/internal";
import type { SessionOptions } from "@covidxr/onnx";
import { SESSION } from "@covidxr/onnx/internal";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { type FeatureArray, type FeaturePrecision, toHalf } from "./feature-array.js";
import { createFeatureExtractor, refuseInput } from "./feature-extractor.js";
import { noteOrigin } from "./feature-origin.js";

/** One image as the network's input, loaded when it is needed. */
export interface FeatureSource {
  /** Names everything that the input depends on: digest of the file, size, preprocessing, augmentation. */
  readonly key: string;
  /** Shape of the input. @defaultValue unknown: only the number of its values is checked */
  readonly shape?: readonly number[];
  /**
   * How the input was made of its file, but for augmentation, as a line: training and prediction refuse features of images
   * that were made otherwise. @defaultValue unknown, and not compared
   */
  readonly settings?: string;
  /** The input, `[H, W, 3]` in row-major order. */
  load(): Promise<Float32Array>;
}

/** Progress of {@link extractFeatures}. */
export interface FeatureProgress {
  readonly done: number;
  readonly total: number;
  /** How many of `done` came from the cache. */
  readonly fromCache: number;
}

/** Options of {@link extractFeatures}. */
export interface ExtractFeaturesOptions extends SessionOptions {
  /** Folder of the feature cache. @defaultValue none: nothing is kept */
  readonly cacheFolder?: string;
  /** Precision of the features, in memory and in the cache; they are computed in float32. @defaultValue "float32" */
  readonly precision?: FeaturePrecision;
  /** Images that run together: more take more memory, fewer more time. @defaultValue 8 */
  readonly batchSize?: number;
  /** Called after each image. */
  readonly onProgress?: (progress: FeatureProgress) => void;
  readonly signal?: AbortSignal;
}

/** Output of the frozen prefix for each image, in the order of the sources. */
export interface Features {
  /** Shape of one image's features, channels last. */
  readonly shape: readonly number[];
  readonly values: readonly FeatureArray[];
  /** Images whose features were computed in this call. */
  readonly computed: number;
  /** Of those, images whose cache entry was there but damaged. */
  readonly damaged: number;
}

/**
 * Runs the frozen prefix of `model` once for each image. With a cache folder, results are kept under a digest of
 * (prefix with its weights, runtime, precision, source key), so that a second run reads them and a changed input
 * is computed again.
 *
 * @throws {InvalidArgumentError} when the model has no frozen prefix (see {@link splitModel}).
 * @throws {FileError} when the cache folder cannot be read or written.
 * @throws {InterruptedError} when `signal` fires; what was computed stays in the cache.
 *
 * @example
 * ```ts
 * import "@tensorflow/tfjs-backend-cpu";
 * import { networkInput, prepareImages } from "@covidxr/image";
 * import { extractFeatures } from "@covidxr/training";
 * import { layers, sequential } from "@tensorflow/tfjs-layers";
 *
 * const model = sequential();
 * model.add(layers.conv2d({ inputShape: [32, 32, 3], filters: 8, kernelSize: 3, activation: "relu", trainable: false }));
 * model.add(layers.globalAveragePooling2d({}));
 * model.add(layers.dense({ units: 1, activation: "sigmoid" }));
 *
 * const { images } = await prepareImages(["images/covid/c0-0.png", "images/normal/n0-0.png"], { height: 32, width: 32 });
 * const inputs = [...images.values()].map((image) => networkInput(image, "rescale"));
 * const { values, shape } = await extractFeatures(model, inputs, { cacheFolder: "cache/features" });
 * console.log(values.length, shape); // 2 [ 8 ]
 * ```
 */
export async function extractFeatures(
  model: LayersModel,
  sources: readonly FeatureSource[],
  options: ExtractFeaturesOptions = {},
): Promise<Features> {
  checkArguments({ model, sources }, { model: "model", sources: "objects" });
  checkOptions(options, {
    ...SESSION,
    cacheFolder: "string?",
    precision: ["float32", "float16", undefined],
    batchSize: "number?",
    onProgress: "function?",
    signal: "object?",
  });
  const {
    cacheFolder,
    precision = "float32",
    batchSize = 8,
    onProgress,
    signal,
    ...sessionOptions
  } = options;
  checkInteger("batchSize", batchSize, { min: 1 });
  const extractor = createFeatureExtractor(model, sessionOptions);
  const { inputShape } = extractor;
  for (const [image, { shape = inputShape }] of sources.entries()) {
    if (String(shape) !== String(inputShape)) refuseInput(`[${shape.join(", ")}]`, image, inputShape);
  }
  const cache = cacheFolder === undefined ? undefined : openContentCache(cacheFolder);
  const values = new Array<FeatureArray>(sources.length);
  const writes = new PendingWrites(cache);
  const digest = cache === undefined ? "" : await extractor.digest();
  const size = extractor.shape.reduce((a, b) => a * b, 1);
  const bytes = size * (precision === "float16" ? Uint16Array : Float32Array).BYTES_PER_ELEMENT;
  let done = 0;
  let computed = 0;
  let damaged = 0;
  const finish = (index: number, features: FeatureArray): void => {
    const { settings } = sources[index]!;
    values[index] = noteOrigin(features, {
      ...extractor.origin,
      ...(settings !== undefined && { settings }),
    });
    onProgress?.({ done: ++done, total: sources.length, fromCache: done - computed });
  };
  let waiting: { readonly index: number; readonly key: string }[] = [];
  const computeWaiting = async (): Promise<void> => {
    throwIfInterrupted(signal, "feature extraction");
    const inputs = await Promise.all(waiting.map(({ index }) => sources[index]!.load()));
    const results = await extractor.run(inputs);
    const kept = results.map((result) => (precision === "float16" ? toHalf(result) : result));
    await writes.add(waiting.map(({ key }, i) => [key, kept[i]!]));
    for (const [i, { index }] of waiting.entries()) {
      computed++;
      finish(index, kept[i]!);
    }
    waiting = [];
  };
  try {
    for (const [index, source] of sources.entries()) {
      throwIfInterrupted(signal, "feature extraction");
      const key = cacheKey(digest, precision, source.key);
      const hit = await cache?.get(key);
      if (hit?.state === "found" && hit.content.byteLength === bytes) {
        finish(index, featuresOf(hit.content, precision));
        continue;
      }
      if (hit !== undefined && hit.state !== "absent") damaged++;
      waiting.push({ index, key });
      if (waiting.length === batchSize) await computeWaiting();
    }
    if (waiting.length > 0) await computeWaiting();
  } finally {
    await extractor.dispose();
    await writes.finish();
  }
  return { shape: extractor.shape, values, computed, damaged };
}

/** Cache writes of a batch, which go on while the next one computes. */
class PendingWrites {
  private last: Promise<void> = Promise.resolve();

  constructor(private readonly cache: ContentCache | undefined) {}

  async add(entries: readonly (readonly [key: string, values: FeatureArray])[]): Promise<void> {
    await this.last;
    const { cache } = this;
    if (cache === undefined) return;
    // All at once: the next batch blocks this thread, so what has not begun by then would wait for it.
    const puts = entries.map(([key, values]) =>
      cache.put(key, new Uint8Array(values.buffer, values.byteOffset, values.byteLength)),
    );
    this.last = Promise.all(puts).then(() => {});
    // A failure is reported by the next add or by finish; until then it must not count as unhandled.
    this.last.catch(() => {});
  }

  finish(): Promise<void> {
    return this.last;
  }
}

/** Bytes as features, copied where they do not lie on a multiple of the element's size. */
function featuresOf(bytes: Uint8Array, precision: FeaturePrecision): FeatureArray {
  const Kind = precision === "float16" ? Uint16Array : Float32Array;
  const aligned = bytes.byteOffset % Kind.BYTES_PER_ELEMENT === 0 ? bytes : bytes.slice();
  return new Kind(
    aligned.buffer as ArrayBuffer,
    aligned.byteOffset,
    aligned.byteLength / Kind.BYTES_PER_ELEMENT,
  );
}
