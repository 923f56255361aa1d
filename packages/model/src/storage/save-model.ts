import { createHash } from "node:crypto";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { writeFileAtomic } from "@covidxr/core/files";
import { io } from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import {
  FORMAT_VERSION,
  MODEL_FILE,
  type ModelMetadata,
  OWN_FILE,
  parseModelMetadata,
  weightsFile,
} from "./model-metadata.js";

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
 * @throws {InvalidArgumentError} naming the metadata field that is invalid or does not match the model.
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
 *   inputSize: { height: 32, width: 32 },
 *   threshold: 0.7,
 *   classes: ["negative", "COVID-19"],
 * });
 * const { metadata } = await loadModel("saved");
 * console.log(metadata.threshold); // 0.7
 * ```
 */
export async function saveModel(
  model: LayersModel,
  folder: string,
  metadata: ModelMetadata,
): Promise<SavedModel> {
  const checked = parseModelMetadata(metadata, model);
  const artifacts = await collectArtifacts(model);
  const weights = new Uint8Array(io.CompositeArrayBuffer.join(artifacts.weightData));
  const digest = createHash("sha256").update(weights).digest("hex");
  const fileName = weightsFile(digest);
  const description = {
    format: artifacts.format,
    generatedBy: artifacts.generatedBy,
    convertedBy: null,
    modelTopology: artifacts.modelTopology,
    weightsManifest: [{ paths: [fileName], weights: artifacts.weightSpecs }],
    userDefinedMetadata: {
      formatVersion: FORMAT_VERSION,
      ...checked,
      weights: { sha256: digest, bytes: weights.length },
    },
  };
  const weightsPath = join(folder, fileName);
  const modelPath = join(folder, MODEL_FILE);
  await writeFileAtomic(weightsPath, weights);
  await writeFileAtomic(modelPath, `${JSON.stringify(description)}\n`);
  await removeStale(folder, fileName);
  return { modelPath, weightsPath, digest, bytes: weights.length };
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
