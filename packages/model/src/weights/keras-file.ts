import { open } from "node:fs/promises";
import { WeightsError } from "@covidxr/core";
import type { Attribute, Dataset, File, Group } from "h5wasm/node";
import { HDF5_HEADER_BYTES, readHdf5Header } from "./hdf5-header.js";

type Hdf5 = typeof import("h5wasm/node");

/** One weight in a Keras file. */
export interface KerasWeight {
  readonly name: string;
  readonly shape: readonly number[];
  /** Reads the values, row-major, as float32. @throws {WeightsError} `"unreadable"` on damaged data. */
  read(): Float32Array;
}

/** One layer in a Keras file; `weights` stand in the layer's own order (kernel, bias) and may be none. */
export interface KerasLayer {
  readonly name: string;
  readonly weights: readonly KerasWeight[];
}

/**
 * Opens a Keras 1 or 2 HDF5 file (`save_weights("….h5")`, or a whole model saved as `.h5`), lets `work` read from
 * it and closes it. Layout: attribute `layer_names` at the root or in `model_weights`; per layer a group with the
 * attribute `weight_names`, each the path of a dataset below that group.
 *
 * @param work Runs while the file is open; `read` must not be called later.
 * @throws {WeightsError} `"unreadable"` when the file is damaged or laid out otherwise.
 */
export async function withKerasFile<T>(path: string, work: (layers: KerasLayer[]) => T): Promise<T> {
  await checkHeader(path);
  const hdf5: Hdf5 = await import("h5wasm/node");
  await hdf5.ready;
  // The Node build of h5wasm reads the disk itself: no copy of the file stays in memory.
  const file = new hdf5.File(path, "r");
  if (file.file_id < 0n) throw unreadable(path, "the HDF5 library does not open it");
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
  try {
    const handle = await open(path);
    try {
      read = (await handle.read(header)).bytesRead;
      size = (await handle.stat()).size;
    } finally {
      await handle.close();
    }
  } catch (cause) {
    throw unreadable(path, (cause as Error).message, cause);
  }
  const { isHdf5, bytes } = readHdf5Header(header.subarray(0, read));
  if (!isHdf5) throw unreadable(path, "its content is not HDF5");
  if (bytes !== undefined && size < bytes) {
    throw unreadable(path, `${size} of its ${bytes} bytes are there, as after an interrupted download`);
  }
}

function listLayers(hdf5: Hdf5, file: File, path: string): KerasLayer[] {
  const saved = file.get("model_weights");
  const root = saved instanceof hdf5.Group ? saved : file;
  const names = strings(root.attrs.layer_names);
  if (names === undefined) {
    throw unreadable(
      path,
      "it has no layer_names, which Keras 1 and 2 write (Keras 3's .weights.h5 is laid out otherwise)",
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
  if (!(dataset instanceof hdf5.Dataset)) throw unreadable(path, `dataset ${name} is not there`);
  return { name, shape: dataset.shape ?? [], read: () => readDataset(hdf5, dataset, name, path) };
}

/**
 * Like `dataset.value`, but heeds the library's status: `value` ignores it and returns whatever lay in memory
 * when a compressed chunk is damaged.
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

function unreadable(path: string, fault: string, cause?: unknown): WeightsError {
  return new WeightsError({
    source: path,
    reason: "unreadable",
    message: `expected a Keras .h5 weights file, got one that cannot be used: ${fault}; fetch or export it again`,
    cause,
  });
}
