import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { dirname, extname, join } from "node:path";
import { FileError } from "@covidxr/core";
import { checkArguments, checkOptions, formatBytes } from "@covidxr/core/internal";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { requireBackend } from "../network/build-model.js";
import { firstBlank } from "../weights/model-weights.js";
import { MAX_DESCRIPTION_BYTES } from "./check-json.js";
import { parseDescription } from "./description.js";
import { corrupt } from "./faults.js";
import { remedyFor } from "./missing-model.js";
import { MODEL_FILE, type ModelMetadata, parseModelMetadata } from "./model-metadata.js";
import { restoreModel } from "./restore-model.js";
import type { WeightGroup } from "./weights-manifest.js";

/** Result of {@link loadModel}. */
export interface LoadedModel {
  /** The caller disposes it. */
  readonly model: LayersModel;
  /** Undefined for a model that another program saved, unless they were given. */
  readonly metadata: ModelMetadata | undefined;
}

/** Options of {@link loadModel}. */
export interface LoadModelOptions {
  /** What the model does not say itself, or what to take in place of what it says. @defaultValue nothing */
  readonly metadata?: Partial<ModelMetadata>;
}

/**
 * Loads a model that `saveModel` wrote: layers, weights, which layers train, and metadata. One digest over all of it is checked
 * before anything is built.
 *
 * Also loads a layers model that TensorFlow.js saved or its converter made, with values in several files or quantized. Such a
 * model says nothing of its images, and carries no digest: of its content only what does not hold together is noticed,
 * values that are not finite, and a layer that lost its values.
 * Training settings and an optimiser's weights are left out.
 *
 * @param folder The model's folder, or the path of its `.json` file where that has another name than `model.json`.
 * @throws {FileError} `"missing"` without `model.json` or a file that it names; `"unreadable"` when access to one is denied;
 *   `"corrupt"` when a file is truncated or altered; `"different"` on another kind of model, such as a graph model, on one of
 *   another version of this package, and on settings that TensorFlow.js would ignore.
 * @throws {InvalidArgumentError} on metadata that do not fit the model; (`backend`) without a TensorFlow.js backend.
 */
export async function loadModel(folder: string, options: LoadModelOptions = {}): Promise<LoadedModel> {
  checkArguments({ folder }, { folder: "string" });
  checkOptions(options, { metadata: "object?" });
  const isFile = extname(folder) === ".json";
  const path = isFile ? folder : join(folder, MODEL_FILE);
  const { size } = await statFile(path, () => remedyFor(dirname(path)));
  if (size > MAX_DESCRIPTION_BYTES) {
    throw corrupt(path, `it has ${formatBytes(size)}, more than ${formatBytes(MAX_DESCRIPTION_BYTES)}`);
  }
  const text = (await guarded(path, () => readFile(path))).toString("utf8");
  const { topology, groups, own, userDefinedMetadata } = parseDescription(text, dirname(path), path);
  const loaded = await Promise.all(
    groups.map(async (group) => ({ specs: group.specs, values: await readGroup(group, own?.weightsDigest) })),
  );
  await requireBackend();
  const model = restoreModel(topology, loaded, path);
  try {
    // The digest of one that saveModel wrote vouches for its values.
    if (own === undefined) checkTrained(model, path);
    if (userDefinedMetadata !== undefined) model.setUserDefinedMetadata(userDefinedMetadata);
    const { formatVersion: _, weights: __, digest: ___, ...stored } = own?.metadata ?? {};
    const given = { ...stored, ...options.metadata };
    const hasAny = own !== undefined || options.metadata !== undefined;
    return { model, metadata: hasAny ? parseModelMetadata(given, model) : undefined };
  } catch (error) {
    model.dispose();
    throw error;
  }
}

/** @throws {FileError} on a layer that lost its values. */
function checkTrained(model: LayersModel, path: string): void {
  const blank = firstBlank(model);
  if (blank === undefined) return;
  throw corrupt(
    path,
    `layer ${blank}; if it is meant so, load it with loadLayersModel of @tensorflow/tfjs-layers and save it with saveModel`,
  );
}

/** Size of a file of a model. @throws {FileError} on what is no file: a device or a pipe would be read for ever. */
async function statFile(path: string, remedy: () => string | Promise<string>): Promise<{ size: number }> {
  const found = await guarded(path, () => stat(path), remedy);
  if (found.isFile()) return found;
  throw new FileError({
    path,
    reason: "unreadable",
    message: "expected a file of a saved model, got a folder or device; name the model's folder",
  });
}

async function guarded<T>(
  path: string,
  work: () => Promise<T>,
  remedy: () => string | Promise<string> = () => COPY,
): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    const missing = code === "ENOENT" || code === "ENOTDIR";
    throw new FileError({
      path,
      reason: missing ? "missing" : "unreadable",
      message: missing
        ? `expected a file of a saved model, found none; ${await remedy()}`
        : `expected a readable file, got ${(cause as Error).message}; check its permissions`,
      cause,
    });
  }
}

const COPY = "copy the whole folder, or save the model again";

/** The content of a group's files; of a model that `saveModel` wrote it must have the digest. */
async function readGroup({ files, bytes }: WeightGroup, digest: string | undefined): Promise<Uint8Array> {
  const path = files.at(-1);
  let size = 0;
  for (const file of files) size += (await statFile(file, () => COPY)).size;
  // Before it is read: the size is as untrusted as the rest.
  if (path !== undefined && size !== bytes) throw corrupt(path, `it holds ${size} of ${bytes} bytes`);
  const parts: Buffer[] = [];
  for (const file of files) parts.push(await guarded(file, () => readFile(file)));
  const values = parts.length === 1 ? parts[0]! : Buffer.concat(parts);
  if (digest !== undefined && createHash("sha256").update(values).digest("hex") !== digest) {
    throw corrupt(path!, "its SHA-256 is not the one in model.json");
  }
  return values;
}
