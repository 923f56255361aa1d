import { createHash } from "node:crypto";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { InvalidArgumentError } from "@covidxr/core";
import { writeFileAtomic } from "@covidxr/core/files";
import { checkArguments } from "@covidxr/core/internal";
import { io } from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { digestWeights, firstNotFinite, namedVariables } from "../weights/model-weights.js";
import { digestDescription } from "./description.js";
import { isRecord } from "./faults.js";
import {
  FORMAT_VERSION,
  MODEL_FILE,
  type ModelMetadata,
  OWN_FILE,
  parseModelMetadata,
  weightsFile,
} from "./model-metadata.js";
import { restoreModel } from "./restore-model.js";

/** Files that {@link saveModel} wrote. */
export interface SavedModel {
  /** Path of `model.json`. */
  readonly modelPath: string;
  /** Path of the `.bin` file with the values. */
  readonly weightsPath: string;
  /** SHA-256 of the `.bin` file, hexadecimal. */
  readonly digest: string;
  /** Size of the `.bin` file. */
  readonly bytes: number;
}

/**
 * Saves a model in TensorFlow.js' own format, `model.json` and one `.bin` file, with its metadata inside.
 * `loadModel` reads it, and so does `tf.loadLayersModel` anywhere.
 *
 * At every moment the folder holds either the previous model or the new one, complete: values go to a file named by
 * their digest, then a rename replaces `model.json`, then the previous values are removed. Other files in the folder
 * stay. Concurrent saves need separate folders. The optimiser is not saved.
 *
 * @param folder Created when it does not exist.
 * @throws {InvalidArgumentError} naming the metadata field that is invalid or does not match the model; (`model`) when the
 *   model would not be the same when it is loaded: two weights of one name, a weight that is not finite, a custom layer that
 *   is not registered.
 * @throws {FileError} `"unwritable"`; a previously saved model is still there.
 *
 * @example
 * ```ts
 * import "@tensorflow/tfjs-backend-cpu";
 * import { loadModel, saveModel } from "@covidxr/model";
 * import { layers, sequential } from "@tensorflow/tfjs-layers";
 *
 * const model = sequential();
 * model.add(layers.globalAveragePooling2d({ inputShape: [32, 32, 3] }));
 * model.add(layers.dense({ units: 1, activation: "sigmoid" }));
 * await saveModel(model, "saved", {
 *   preprocessing: "rescale",
 *   resize: "bilinear",
 *   decoder: "jimp",
 *   orientation: "apply",
 *   inputSize: { height: 32, width: 32 },
 *   threshold: 0.7,
 *   classes: ["negative", "COVID-19"],
 * });
 * const { metadata } = await loadModel("saved");
 * console.log(metadata?.threshold); // 0.7
 * ```
 */
export async function saveModel(
  model: LayersModel,
  folder: string,
  metadata: ModelMetadata,
): Promise<SavedModel> {
  checkArguments({ model, folder }, { model: "model", folder: "string" });
  const checked = parseModelMetadata(metadata, model);
  const broken = firstNotFinite(model);
  if (broken !== undefined) {
    throw unsaved(
      broken,
      `one whose weight "${broken}" is not finite`,
      "train it again with a lower learning rate",
    );
  }
  const artifacts = await collectArtifacts(model);
  const weights = new Uint8Array(io.CompositeArrayBuffer.join(artifacts.weightData));
  const digest = createHash("sha256").update(weights).digest("hex");
  const fileName = weightsFile(digest);
  const specs = artifacts.weightSpecs!;
  const description = {
    format: artifacts.format,
    generatedBy: artifacts.generatedBy,
    convertedBy: null,
    modelTopology: withFrozenNetworks(artifacts.modelTopology, model),
    weightsManifest: [{ paths: [fileName], weights: specs }],
    userDefinedMetadata: {
      formatVersion: FORMAT_VERSION,
      ...checked,
      weights: { sha256: digest, bytes: weights.length },
    },
  };
  // What a file keeps of it: JSON has no undefined and no -0.
  const stored = JSON.parse(JSON.stringify(description)) as typeof description;
  checkReturns(model, stored.modelTopology, [{ specs, values: weights }]);
  const withDigest = {
    ...stored,
    userDefinedMetadata: { ...stored.userDefinedMetadata, digest: digestDescription(stored) },
  };
  const weightsPath = join(folder, fileName);
  const modelPath = join(folder, MODEL_FILE);
  await writeFileAtomic(weightsPath, weights);
  await writeFileAtomic(modelPath, `${JSON.stringify(withDigest)}\n`);
  await removeStale(folder, fileName);
  return { modelPath, weightsPath, digest, bytes: weights.length };
}

/** TensorFlow.js notes which layers are frozen, not which networks. */
function withFrozenNetworks(topology: unknown, model: LayersModel): unknown {
  if (!isRecord(topology) || !isRecord(topology.config) || !Array.isArray(topology.config.layers))
    return topology;
  const layers = topology.config.layers.map((layer) => {
    const own = isRecord(layer) && isRecord(layer.config) ? model.getLayer(layer.config.name as string) : {};
    return "layers" in own ? withFrozenNetworks(layer, own as unknown as LayersModel) : layer;
  });
  return {
    ...topology,
    config: { ...topology.config, layers, ...(!model.trainable && { trainable: false }) },
  };
}

/** Checks that what is about to be saved is the same network when it is loaded. */
function checkReturns(
  model: LayersModel,
  topology: unknown,
  groups: Parameters<typeof restoreModel>[1],
): void {
  let restored: LayersModel;
  try {
    restored = restoreModel(topology, groups, MODEL_FILE);
  } catch (cause) {
    throw unsaved(
      model.name,
      `one that cannot be loaded again (${(cause as Error).message})`,
      "build it of other layers",
      cause,
    );
  }
  try {
    const [wanted, found] = [trainableNames(model), trainableNames(restored)];
    const changed = [...wanted, ...found].find((name) => wanted.has(name) !== found.has(name));
    if (changed !== undefined) {
      throw unsaved(
        changed,
        `one where the loaded model would ${found.has(changed) ? "train" : "freeze"} "${changed}"`,
        "freeze whole layers, by layer.trainable = false",
      );
    }
    if (digestWeights(restored) !== digestWeights(model)) {
      throw unsaved(
        model.name,
        "one whose weights are others when it is loaded again",
        "give its layers different names",
      );
    }
  } finally {
    // Disposing of the model would leave weights of a layer that is applied twice.
    for (const weight of restored.weights) weight.dispose();
  }
}

function trainableNames(model: LayersModel): Set<string> {
  const trainable = new Set(model.trainableWeights);
  return new Set(
    [...namedVariables(model)].flatMap(([name, variable]) => (trainable.has(variable) ? [name] : [])),
  );
}

function unsaved(value: string, got: string, remedy: string, cause?: unknown): InvalidArgumentError {
  return new InvalidArgumentError({
    parameter: "model",
    value,
    message: `expected a model that can be saved and loaded unchanged, got ${got}; ${remedy}`,
    cause,
  });
}

async function collectArtifacts(model: LayersModel): Promise<io.ModelArtifacts> {
  let collected: io.ModelArtifacts | undefined;
  await model.save(
    io.withSaveHandler(async (artifacts) => {
      collected = artifacts;
      return { modelArtifactsInfo: io.getModelArtifactsInfoForJSON(artifacts) };
    }),
  );
  return collected!;
}

async function removeStale(folder: string, current: string): Promise<void> {
  const names = await readdir(folder);
  const stale = names.filter((name) => name !== current && OWN_FILE.test(name));
  // The model is complete; a leftover that cannot be removed only takes space.
  await Promise.allSettled(stale.map((name) => rm(join(folder, name))));
}
