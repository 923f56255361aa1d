import { join } from "node:path";
import type { io } from "@tensorflow/tfjs-core";
import { corrupt, different, isRecord, shown } from "./faults.js";

/** Weights that stand one after the other in one or more files. */
export interface WeightGroup {
  /** Files below the model's folder, in order. */
  readonly files: readonly string[];
  readonly specs: readonly io.WeightsManifestEntry[];
  /** Length of all files together. */
  readonly bytes: number;
}

/** Bytes of a stored value. */
const SIZES: Readonly<Record<string, number>> = {
  ...{ float32: 4, int32: 4, bool: 1 },
  ...{ uint8: 1, uint16: 2, float16: 2 },
};
const STORED = new Set(["float32", "int32", "bool"]);
const QUANTIZED = new Set(["uint8", "uint16", "float16"]);

/**
 * Reads the list of weights of a `model.json`.
 *
 * @throws {FileError} `"corrupt"` when it is none, names a weight twice or a file outside the folder; `"different"` on a
 *   kind of values that is not read here.
 */
export function parseManifest(manifest: unknown, folder: string, path: string): readonly WeightGroup[] {
  if (!Array.isArray(manifest)) throw corrupt(path, "it has no weightsManifest");
  const names = new Set<string>();
  return manifest.map((group: unknown) => {
    const { paths, weights, ...others } = isRecord(group) ? group : {};
    if (!Array.isArray(paths) || !Array.isArray(weights) || Object.keys(others).length > 0) {
      throw corrupt(path, `a group of its weightsManifest is ${shown(group)}`);
    }
    let bytes = 0;
    for (const spec of weights) {
      const { name, count, size } = checkSpec(spec, path);
      if (names.has(name)) throw corrupt(path, `it has two weights ${shown(name)}`);
      names.add(name);
      bytes += count * size;
    }
    return { files: paths.map((file) => join(folder, checkFile(file, path))), specs: weights, bytes };
  });
}

function checkSpec(spec: unknown, path: string): { name: string; count: number; size: number } {
  const { name, shape, dtype, group, quantization, ...others } = isRecord(spec) ? spec : {};
  const isSpec =
    typeof name === "string" &&
    Array.isArray(shape) &&
    shape.every((side) => Number.isSafeInteger(side) && side >= 0) &&
    typeof dtype === "string" &&
    (group === undefined || group === "model" || group === "optimizer") &&
    Object.keys(others).length === 0;
  if (!isSpec) throw corrupt(path, `a weight of its weightsManifest is ${shown(spec)}`);
  if (!STORED.has(dtype)) throw kind(path, name, shown(dtype));
  const count = (shape as number[]).reduce((product, side) => product * side, 1);
  if (quantization === undefined) return { name, count, size: SIZES[dtype]! };
  const {
    dtype: stored,
    scale,
    min,
    original_dtype: original = dtype,
    ...more
  } = isRecord(quantization) ? quantization : {};
  if (typeof stored !== "string" || !QUANTIZED.has(stored) || original !== dtype)
    throw kind(path, name, shown(quantization));
  const needed = stored === "float16" ? [] : [scale, min];
  if (Object.keys(more).length > 0 || !needed.every((value) => Number.isFinite(value))) {
    throw corrupt(path, `weight ${shown(name)} is quantized by ${shown(quantization)}`);
  }
  return { name, count, size: SIZES[stored]! };
}

function checkFile(file: unknown, path: string): string {
  // A file of the model stands in its folder or below.
  const parts = typeof file === "string" ? file.replace(/^\.\//, "").split("/") : [];
  const isBelow =
    parts.length > 0 &&
    parts.every((part) => part !== "" && part !== "." && part !== "..") &&
    !/[\\:\0]/.test(file as string);
  if (!isBelow)
    throw corrupt(path, `its weights are said to be in ${shown(file)}, which is outside its folder`);
  return file as string;
}

function kind(path: string, name: string, got: string) {
  return different(
    path,
    `one whose weight ${shown(name)} has values of kind ${got}`,
    "convert the model with values of float32, or quantized to uint8, uint16 or float16",
  );
}
