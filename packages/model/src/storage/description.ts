import { createHash } from "node:crypto";
import { basename } from "node:path";
import { checkJson } from "./check-json.js";
import { corrupt, different, isRecord, reasonOf, shown } from "./faults.js";
import { FORMAT_VERSION, OWN_FILE } from "./model-metadata.js";
import { parseManifest, type WeightGroup } from "./weights-manifest.js";

/** What a `model.json` says. */
export interface Description {
  readonly topology: unknown;
  readonly groups: readonly WeightGroup[];
  /** What `saveModel` wrote beside it; undefined for a model of another program. */
  readonly own:
    | { readonly metadata: Readonly<Record<string, unknown>>; readonly weightsDigest: string }
    | undefined;
  /** Metadata of whichever program. */
  readonly userDefinedMetadata: object | undefined;
}

/** What TensorFlow.js and its converter write at the top of a `model.json`. */
const KEYS = new Set([
  ...["format", "generatedBy", "convertedBy", "modelTopology", "weightsManifest"],
  ...["trainingConfig", "userDefinedMetadata", "signature", "modelInitializer", "initializerSignature"],
]);

/**
 * SHA-256 (hexadecimal) of everything that a `model.json` says but the digest itself, which stands in its
 * `userDefinedMetadata`. That covers the values, too: their digest is part of the text.
 */
export function digestDescription(json: Readonly<Record<string, unknown>>): string {
  const { digest: _, ...metadata } = json.userDefinedMetadata as Record<string, unknown>;
  return createHash("sha256")
    .update(JSON.stringify({ ...json, userDefinedMetadata: metadata }))
    .digest("hex");
}

/**
 * Reads the text of a `model.json`.
 *
 * @throws {FileError} `"corrupt"` when it is damaged; `"different"` when it is of a kind that is not read here.
 */
export function parseDescription(text: string, folder: string, path: string): Description {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw corrupt(path, reasonOf(cause), cause);
  }
  checkJson(json, path);
  if (!isRecord(json)) throw corrupt(path, `it holds ${shown(json)}`);
  const metadata = json.userDefinedMetadata;
  if (isOwn(json)) {
    const own = checkOwn(json, path);
    return {
      topology: json.modelTopology,
      groups: parseManifest(json.weightsManifest, folder, path),
      own,
      userDefinedMetadata: own.metadata,
    };
  }
  if (json.format === "graph-model") {
    throw different(
      path,
      "a graph model, whose layers are not kept and cannot be trained",
      "convert the Keras model with tensorflowjs_converter --output_format=tfjs_layers_model, or run this one with loadGraphModel of @tensorflow/tfjs-converter",
    );
  }
  const unknown = Object.keys(json).find((key) => !KEYS.has(key));
  if (unknown !== undefined) throw corrupt(path, `it has ${shown(unknown)}, which no model has`);
  if (json.format !== undefined && json.format !== "layers-model") {
    throw different(path, `one of format ${shown(json.format)}`, "convert it to layers-model");
  }
  if (metadata !== undefined && !isRecord(metadata))
    throw corrupt(path, "its userDefinedMetadata is no object");
  return {
    topology: json.modelTopology,
    groups: parseManifest(json.weightsManifest, folder, path),
    own: undefined,
    userDefinedMetadata: metadata,
  };
}

/** Whether `saveModel` wrote it, by any of several marks: damage to one of them does not make it a foreign one. */
function isOwn(json: Readonly<Record<string, unknown>>): boolean {
  const metadata = json.userDefinedMetadata;
  if (isRecord(metadata) && ("formatVersion" in metadata || "digest" in metadata)) return true;
  return [json.weightsManifest]
    .flat(4)
    .some(
      (group) =>
        isRecord(group) &&
        [group.paths].flat(4).some((file) => typeof file === "string" && OWN_FILE.test(basename(file))),
    );
}

function checkOwn(json: Readonly<Record<string, unknown>>, path: string): NonNullable<Description["own"]> {
  const metadata = isRecord(json.userDefinedMetadata) ? json.userDefinedMetadata : {};
  const { formatVersion, digest, weights } = metadata;
  if (digest === undefined && typeof formatVersion === "number" && formatVersion < FORMAT_VERSION) {
    throw different(
      path,
      `one that an earlier version of @covidxr/model saved (format ${formatVersion}, now ${FORMAT_VERSION}), without a digest of its layers or a record of how its images were decoded`,
      "train it again, or load it with loadLayersModel of @tensorflow/tfjs-layers and save it with saveModel and all metadata",
    );
  }
  if (digest !== undefined && typeof formatVersion === "number" && formatVersion > FORMAT_VERSION) {
    throw different(
      path,
      `one of format ${formatVersion}, which a later version of @covidxr/model saved`,
      "update @covidxr/model; if it was not saved by a later version, the file is damaged",
    );
  }
  const isSound =
    formatVersion === FORMAT_VERSION &&
    isRecord(weights) &&
    typeof weights.sha256 === "string" &&
    digest === digestDescription(json);
  if (!isSound) throw corrupt(path, "its content does not have the SHA-256 that is in it");
  return { metadata, weightsDigest: weights.sha256 as string };
}
