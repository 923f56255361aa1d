import { readdir } from "node:fs/promises";
import { extname } from "node:path";

/** What models of other programs look like in a folder, and what to do with each. */
const OTHERS: readonly (readonly [is: (name: string) => boolean, remedy: string])[] = [
  [
    (name) => name === "saved_model.pb",
    "a SavedModel of TensorFlow; convert the Keras model it was made of with tensorflowjs_converter --output_format=tfjs_layers_model",
  ],
  [
    (name) => [".h5", ".hdf5", ".keras"].includes(extname(name)),
    "a file of Keras; save it with Keras 2 as .h5 and convert it with tensorflowjs_converter --input_format=keras --output_format=tfjs_layers_model",
  ],
  [
    (name) => extname(name) === ".onnx",
    "a file for onnxruntime; open it with createSession of @covidxr/onnx",
  ],
  [(name) => name.endsWith(".json"), "perhaps a model of another name; pass its path"],
  [(name) => name === "model", "a folder, perhaps of a run; name that folder"],
];

/** What to do about a folder that has no `model.json`, by what it has. */
export async function remedyFor(folder: string): Promise<string> {
  const names = (await readdir(folder).catch(() => [])).sort();
  for (const [is, remedy] of OTHERS) {
    const found = names.find(is);
    if (found !== undefined) return `it has ${found}, ${remedy}`;
  }
  return "save a model there first, or name its folder";
}
