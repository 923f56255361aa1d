import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { FileError } from "@covidxr/core";
import { io } from "@tensorflow/tfjs-core";
import { type LayersModel, loadLayersModel } from "@tensorflow/tfjs-layers";
import { requireBackend } from "../network/build-model.js";
import {
  FORMAT_VERSION,
  isRecord,
  MODEL_FILE,
  type ModelMetadata,
  parseModelMetadata,
} from "./model-metadata.js";

/** Result of {@link loadModel}. */
export interface LoadedModel {
  /** The caller disposes it. */
  readonly model: LayersModel;
  readonly metadata: ModelMetadata;
}

interface Description {
  readonly modelTopology: object;
  readonly weightSpecs: io.WeightsManifestEntry[];
  readonly weightsName: string;
  readonly stored: Record<string, unknown>;
  readonly sha256: string;
  readonly bytes: number;
}

/**
 * Loads a model that `saveModel` wrote: topology, weights, which layers train, and metadata. Size and digest of the
 * values are checked before anything is built.
 *
 * @throws {FileError} `"missing"` without `model.json` or the `.bin` file it names; `"unreadable"` when access to one
 *   is denied; `"corrupt"` when a file is truncated, altered, or in another format.
 * @throws {InvalidArgumentError} (`backend`) without a TensorFlow.js backend.
 */
export async function loadModel(folder: string): Promise<LoadedModel> {
  const modelPath = join(folder, MODEL_FILE);
  const text = (await read(modelPath, "save a model there first, or name its folder")).toString("utf8");
  const description = parseDescription(text, modelPath);
  const weightsPath = join(folder, description.weightsName);
  const values = await read(weightsPath, "copy the whole folder, or save the model again");
  checkValues(values, description, weightsPath);
  await requireBackend();

  let model: LayersModel | undefined;
  try {
    const { modelTopology, weightSpecs, stored } = description;
    const weightData = values.buffer.slice(values.byteOffset, values.byteOffset + values.byteLength);
    model = await loadLayersModel(
      io.fromMemory({
        modelTopology,
        weightSpecs,
        weightData: weightData as ArrayBuffer,
        userDefinedMetadata: stored,
      }),
    );
    return { model, metadata: parseModelMetadata(stored, model) };
  } catch (cause) {
    model?.dispose();
    throw corrupt(modelPath, (cause as Error).message, cause);
  }
}

async function read(path: string, remedy: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    const missing = code === "ENOENT" || code === "ENOTDIR";
    throw new FileError({
      path,
      reason: missing ? "missing" : "unreadable",
      message: missing
        ? `expected a file of a saved model, found none; ${remedy}`
        : `expected a readable file, got ${(cause as Error).message}; check its permissions`,
      cause,
    });
  }
}

function parseDescription(text: string, path: string): Description {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw corrupt(path, (cause as Error).message, cause);
  }
  if (!isRecord(json) || !isRecord(json.modelTopology)) throw corrupt(path, "it has no modelTopology");
  const stored = json.userDefinedMetadata;
  if (!isRecord(stored) || stored.formatVersion !== FORMAT_VERSION || !isRecord(stored.weights)) {
    throw corrupt(path, `it has no metadata of version ${FORMAT_VERSION}, which saveModel writes`);
  }
  const { sha256, bytes } = stored.weights;
  const group: unknown = Array.isArray(json.weightsManifest) ? json.weightsManifest[0] : undefined;
  const paths = isRecord(group) ? group.paths : undefined;
  const specs = isRecord(group) ? group.weights : undefined;
  const name: unknown = Array.isArray(paths) && paths.length === 1 ? paths[0] : undefined;
  if (
    typeof sha256 !== "string" ||
    typeof bytes !== "number" ||
    typeof name !== "string" ||
    // saveModel never writes a name that leaves the folder.
    name !== basename(name) ||
    !Array.isArray(specs)
  ) {
    throw corrupt(path, "its weights are not described as saveModel does");
  }
  return {
    modelTopology: json.modelTopology,
    weightSpecs: specs as io.WeightsManifestEntry[],
    weightsName: name,
    stored,
    sha256,
    bytes,
  };
}

function checkValues(values: Buffer, description: Description, path: string): void {
  if (values.length !== description.bytes) {
    throw corrupt(path, `it holds ${values.length} of ${description.bytes} bytes`);
  }
  if (createHash("sha256").update(values).digest("hex") !== description.sha256) {
    throw corrupt(path, "its SHA-256 is not the one in model.json");
  }
}

function corrupt(path: string, problem: string, cause?: unknown): FileError {
  return new FileError({
    path,
    reason: "corrupt",
    message: `expected a complete saved model, got a damaged one (${problem}); copy or save it again`,
    cause,
  });
}
