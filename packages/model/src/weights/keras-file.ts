import { open } from "node:fs/promises";
import { WeightsError } from "@covidxr/core";
import type { Attribute, Dataset, File, Group } from "h5wasm/node";
import { findBrokenHeap } from "./global-heap.js";

type Hdf5 = typeof import("h5wasm/node");

const SIGNATURE = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];
/** Bytes from the start of a file that {@link readHdf5Header} needs. */
const HDF5_HEADER_BYTES = 48;

/** One weight in a Keras file. */
export interface KerasWeight {
  readonly name: string;
  readonly shape: readonly number[];
  /** Reads the values, row-major, as float32. @throws {WeightsError} `"unreadable"` on damaged data. */
  read(): Float32Array;
}

/** One layer in a Keras file; `weights` are in the layer's own order (kernel, bias) and may be empty. */
export interface KerasLayer {
  readonly name: string;
  readonly weights: readonly KerasWeight[];
}

/**
 * Opens a Keras 1 or 2 HDF5 file (`save_weights("….h5")`, or a whole model saved as `.h5`), lets `work` read from
 * it and closes it again. Layout: attribute `layer_names` at the root or in `model_weights`; per layer a group with the
 * attribute `weight_names`, each the path of a dataset below that group.
 *
 * @param work Runs while the file is open; `read` must not be called afterwards.
 * @throws {WeightsError} `"unreadable"` when the file is damaged or has another layout.
 */
export async function withKerasFile<T>(path: string, work: (layers: KerasLayer[]) => T): Promise<T> {
  await checkHeader(path);
  const hdf5: Hdf5 = await import("h5wasm/node");
  await hdf5.ready;
  // The Node build of h5wasm reads the disk itself: no copy of the file stays in memory.
  const file = new hdf5.File(path, "r");
  if (file.file_id < 0n) throw unreadable(path, "the HDF5 library cannot open it");
  try {
    return work(listLayers(hdf5, file, path));
  } catch (error) {
    if (error instanceof WeightsError) throw error;
    throw unreadable(path, `the HDF5 library failed on it (${(error as Error).message})`, error);
  } finally {
    file.close();
  }
}

async function checkHeader(path: string): Promise<void> {
  const header = new Uint8Array(HDF5_HEADER_BYTES);
  let read: number;
  let size: number;
  let broken: number | undefined;
  try {
    const handle = await open(path);
    try {
      read = (await handle.read(header)).bytesRead;
      size = (await handle.stat()).size;
      broken = await findBrokenHeap(handle);
    } finally {
      await handle.close();
    }
  } catch (cause) {
    throw unreadable(path, (cause as Error).message, cause);
  }
  const { isHdf5, bytes } = readHdf5Header(header.subarray(0, read));
  if (!isHdf5) throw unreadable(path, "its content is not HDF5");
  if (bytes !== undefined && size < bytes) {
    throw unreadable(path, `it holds ${size} of its ${bytes} bytes, as after an interrupted download`);
  }
  if (broken !== undefined) throw unreadable(path, `its texts are damaged at byte ${broken}`);
}

/**
 * Whether a file is HDF5, and its length by its own account: the superblock's end-of-file address, which reveals a
 * truncated file before the HDF5 library complains about it on stderr.
 *
 * HDF5 File Format Specification 3.0, section II.A: the address is at byte 40 of superblock version 0, at byte 28 of
 * versions 2 and 3. Other layouts are left to the library (`bytes` undefined).
 *
 * @param header The first 48 bytes of the file, or all of it when it is shorter.
 */
export function readHdf5Header(header: Uint8Array): { isHdf5: boolean; bytes: number | undefined } {
  const isHdf5 = SIGNATURE.every((byte, index) => header[index] === byte);
  if (!isHdf5 || header.length < HDF5_HEADER_BYTES) return { isHdf5, bytes: undefined };
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  const version = view.getUint8(8);
  const addressBytes = view.getUint8(version === 0 ? 13 : 9);
  if (version === 1 || version > 3 || addressBytes !== 8) return { isHdf5, bytes: undefined };
  return { isHdf5, bytes: Number(view.getBigUint64(version === 0 ? 40 : 28, true)) };
}

function listLayers(hdf5: Hdf5, file: File, path: string): KerasLayer[] {
  const saved = file.get("model_weights");
  const root = saved instanceof hdf5.Group ? saved : file;
  const names = strings(root.attrs.layer_names);
  if (names === undefined) {
    throw unreadable(
      path,
      "it has no layer_names, which Keras 1 and 2 write (Keras 3's .weights.h5 has another layout)",
    );
  }
  return names.map((name) => {
    const group = root.get(name);
    const weightNames = group instanceof hdf5.Group ? strings(group.attrs.weight_names) : undefined;
    if (weightNames === undefined) throw unreadable(path, `layer ${name} has no weight_names`);
    const weights = weightNames.map((weight) => openWeight(hdf5, group as Group, weight, path));
    return { name, weights };
  });
}

function openWeight(hdf5: Hdf5, group: Group, name: string, path: string): KerasWeight {
  const dataset = group.get(name);
  if (!(dataset instanceof hdf5.Dataset)) throw unreadable(path, `dataset ${name} is missing`);
  return { name, shape: dataset.shape ?? [], read: () => readDataset(hdf5, dataset, name, path) };
}

/**
 * Like `dataset.value`, but checks the library's status: `value` ignores it and returns whatever was in memory when a
 * compressed chunk is damaged.
 */
function readDataset(hdf5: Hdf5, dataset: Dataset, name: string, path: string): Float32Array {
  const { type, size, total_size: count } = dataset.metadata;
  if (type !== hdf5.Module.H5T_class_t.H5T_FLOAT.value || (size !== 4 && size !== 8)) {
    throw unreadable(path, `dataset ${name} does not hold float32 or float64 values`);
  }
  const bytes = count * size;
  const pointer = hdf5.Module._malloc(bytes);
  if (pointer === 0) throw unreadable(path, `dataset ${name} does not fit in memory`);
  try {
    const status = hdf5.Module.get_dataset_data(
      dataset.file_id,
      dataset.path,
      null,
      null,
      null,
      BigInt(pointer),
    );
    if (status < 0) throw unreadable(path, `the data of ${name} are damaged`);
    const { buffer } = hdf5.Module.HEAPU8.slice(pointer, pointer + bytes);
    return size === 4 ? new Float32Array(buffer) : Float32Array.from(new Float64Array(buffer));
  } finally {
    hdf5.Module._free(pointer);
  }
}

/** Texts of an attribute. An empty list has no text type: h5py stores it as floats of length 0. */
function strings(attribute: Attribute | undefined): string[] | undefined {
  if (attribute === undefined) return undefined;
  return Array.isArray(attribute.value) ? attribute.value.map(String) : [];
}

function unreadable(path: string, problem: string, cause?: unknown): WeightsError {
  return new WeightsError({
    source: path,
    reason: "unreadable",
    message: `expected a Keras .h5 weights file, got one that cannot be used: ${problem}; fetch or export it again`,
    cause,
  });
}
