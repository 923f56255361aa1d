import { join } from "node:path";
import type { Embedder } from "@covidxr/audit";
import { cacheKey } from "@covidxr/core/files";
import { normalize, type Preprocessing, resize } from "@covidxr/image";
import type { Provider } from "@covidxr/onnx";
import { asFloats, extractFeatures } from "@covidxr/training";
import type { LayersModel } from "@tensorflow/tfjs-layers";

/** A quarter of the study's pixels: enough to see text, edges and exposure, at a quarter of the time. */
export const PROBE_SIZE = { height: 160, width: 191 } as const;

/** How pictures are brought through the backbone. */
export interface BackboneEmbedderOptions {
  readonly preprocessing: Preprocessing;
  readonly cache: string;
  readonly providers?: readonly Provider[];
  readonly onFallback?: (message: string) => void;
}

/**
 * Sees pictures through the frozen layers of a model whose input has {@link PROBE_SIZE}: the mean of each of the last
 * frozen layer's channels over the picture.
 */
export function backboneEmbedder(model: LayersModel, options: BackboneEmbedderOptions): Embedder {
  const { preprocessing, cache, providers, onFallback } = options;
  return {
    description: `means of VGG19's frozen channels at ${PROBE_SIZE.height} × ${PROBE_SIZE.width}`,
    async embed(images, { onProgress, signal } = {}) {
      const sources = images.map((image) => ({
        key: cacheKey(image.key, preprocessing, PROBE_SIZE),
        load: async () =>
          normalize(resize(await image.load(), { ...PROBE_SIZE, method: "bilinear" }), preprocessing),
      }));
      const { values, shape } = await extractFeatures(model, sources, {
        cacheFolder: join(cache, "features"),
        precision: "float16",
        ...(providers && { providers }),
        ...(onFallback && { onFallback }),
        ...(onProgress && { onProgress }),
        ...(signal && { signal }),
      });
      return values.map((value) => channelMeans(asFloats(value), shape.at(-1)!));
    },
  };
}

function channelMeans(features: Float32Array, channels: number): Float32Array {
  const sums = new Float64Array(channels);
  for (let i = 0; i < features.length; i++) sums[i % channels]! += features[i]!;
  const positions = features.length / channels;
  return Float32Array.from(sums, (sum) => sum / positions);
}
