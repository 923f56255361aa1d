import { throwIfInterrupted } from "@covidxr/core";
import { type ContentCache, cacheKey, openContentCache } from "@covidxr/core/files";
import { compileInference, createSession, type Session } from "@covidxr/onnx";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { splitModel } from "./split-model.js";

/** One image as the network's input, loaded when it is needed. */
export interface FeatureSource {
  /** Names everything that the input depends on: digest of the file, size, preprocessing, augmentation. */
  readonly key: string;
  /** The input, `[H, W, 3]` in row-major order. */
  load(): Promise<Float32Array>;
}

/** How far {@link extractFeatures} is. */
export interface FeatureProgress {
  readonly done: number;
  readonly total: number;
  /** How many of `done` came from the cache. */
  readonly fromCache: number;
}

/** Options of {@link extractFeatures}. */
export interface ExtractFeaturesOptions {
  /** Folder of the feature cache. @defaultValue none: nothing is kept */
  readonly cacheFolder?: string;
  readonly onProgress?: (progress: FeatureProgress) => void;
  readonly signal?: AbortSignal;
  /** Threads inside an operator. @defaultValue the number of physical cores */
  readonly threads?: number;
}

/** Output of the frozen prefix for each image, in the order of the sources. */
export interface Features {
  /** Shape of one image's features, channels last. */
  readonly shape: readonly number[];
  readonly values: readonly Float32Array[];
  /** Images whose features were computed now. */
  readonly computed: number;
  /** Of those, images whose cache entry was there but damaged. */
  readonly damaged: number;
}

/**
 * Runs the frozen prefix of `model` once for each image. With a cache folder, results are kept under a digest of
 * (prefix with its weights, source key), so that a second run reads them and a changed input computes anew.
 *
 * Images run one at a time, so that an image's features do not depend on its neighbours; larger batches are no
 * faster (see `benchmarks/README.md`).
 *
 * @throws {InvalidArgumentError} when the model has no frozen prefix (see {@link splitModel}).
 * @throws {FileError} when the cache folder cannot be read or written.
 * @throws {InterruptedError} when `signal` fires; what was computed stays in the cache.
 */
export async function extractFeatures(
  model: LayersModel,
  sources: readonly FeatureSource[],
  options: ExtractFeaturesOptions = {},
): Promise<Features> {
  const prefix = compileInference(model, { to: splitModel(model).prefixTo });
  const prefixDigest = cacheKey(prefix.bytes);
  const cache = options.cacheFolder === undefined ? undefined : openContentCache(options.cacheFolder);
  const values: Float32Array[] = [];
  const writes = new PendingWrites(cache);
  let session: Session | undefined;
  let computed = 0;
  let damaged = 0;
  const size = prefix.output.shape.reduce((a, b) => a * b, 1);
  try {
    for (const source of sources) {
      throwIfInterrupted(options.signal, "feature extraction");
      const key = cacheKey(prefixDigest, source.key);
      const hit = await cache?.get(key);
      if (hit?.state === "found" && hit.content.byteLength === size * Float32Array.BYTES_PER_ELEMENT) {
        values.push(floatsOf(hit.content));
      } else {
        session ??= await createSession(
          prefix.bytes,
          options.threads === undefined ? {} : { threads: options.threads },
        );
        const input = { data: await source.load(), dims: [1, ...prefix.input.shape] };
        const { output } = await session.run({ input });
        values.push(output!.data);
        await writes.add(key, output!.data);
        computed++;
        if (hit !== undefined && hit.state !== "absent") damaged++;
      }
      options.onProgress?.({
        done: values.length,
        total: sources.length,
        fromCache: values.length - computed,
      });
    }
  } finally {
    await session?.dispose();
    await writes.finish();
  }
  return { shape: prefix.output.shape, values, computed, damaged };
}

/** Cache writes that go on while the next image computes, one at a time. */
class PendingWrites {
  private last: Promise<void> = Promise.resolve();

  constructor(private readonly cache: ContentCache | undefined) {}

  async add(key: string, values: Float32Array): Promise<void> {
    await this.last;
    if (this.cache === undefined) return;
    this.last = this.cache.put(key, new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    // A failure is reported by the next add or by finish; until then it must not count as unhandled.
    this.last.catch(() => {});
  }

  finish(): Promise<void> {
    return this.last;
  }
}

/** Bytes as float32, copied where they do not lie on a multiple of four. */
function floatsOf(bytes: Uint8Array): Float32Array {
  const aligned = bytes.byteOffset % Float32Array.BYTES_PER_ELEMENT === 0 ? bytes : bytes.slice();
  return new Float32Array(
    aligned.buffer,
    aligned.byteOffset,
    aligned.byteLength / Float32Array.BYTES_PER_ELEMENT,
  );
}
