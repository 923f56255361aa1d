import { readdir, readFile } from "node:fs/promises";
import { extname, join } from "node:path";

const CONVERT = "tensorflowjs_converter --output_format=tfjs_layers_model";

/** What stands in folders in place of a `model.json`, and what to do with it. */
const OTHERS: readonly (readonly [is: (name: string) => boolean, remedy: string])[] = [
  [(name) => name === "model", "a folder as in a run; name that folder"],
  [
    (name) => name === "run.json",
    "a run that kept no model; train one with reproduce or trainClassifier of covidxr",
  ],
  [
    (name) => name === "saved_model.pb",
    `a SavedModel of TensorFlow; convert the Keras model it was made of with ${CONVERT}`,
  ],
  [
    (name) => [".h5", ".hdf5", ".keras"].includes(extname(name)),
    `a file of Keras; save it with Keras 2 as .h5 and convert it with ${CONVERT} --input_format=keras`,
  ],
  [
    (name) => extname(name) === ".onnx",
    "a file for onnxruntime; open it with loadGraph of @covidxr/onnx/files",
  ],
];

/** What to do about a folder that has no `model.json`, by what it has. */
export async function remedyFor(folder: string): Promise<string> {
  const names = (await readdir(folder).catch(() => [])).sort();
  for (const [is, remedy] of OTHERS) {
    const found = names.find(is);
    if (found !== undefined) return `it has ${found}, ${remedy}`;
  }
  // Browsers download a model under the name that they are given.
  for (const name of names.filter((each) => extname(each) === ".json")) {
    const text = await readFile(join(folder, name), "utf8").catch(() => "");
    if (text.includes('"weightsManifest"')) return `it has ${name}, a model of another name; pass its path`;
  }
  return "save a model there first, or name its folder";
}
