// node index.mjs MODEL IMAGE…: probabilities of images, by a model that saveModel wrote (runs/…/model).
import "@tensorflow/tfjs-backend-cpu";
import { readFile } from "node:fs/promises";
import { preprocess } from "@covidxr/image";
import { loadModel } from "@covidxr/model";
import { compileInference, createSession } from "@covidxr/onnx";
import { enableProdMode } from "@tensorflow/tfjs-core";

enableProdMode(); // without advice on other backends: onnxruntime computes

process.on("uncaughtException", ({ message }) => {
  console.error(message);
  process.exit(1);
});
const [folder = "run/model", ...paths] = process.argv.slice(2);
const { model, metadata } = await loadModel(folder);
const { inputSize, preprocessing, threshold, classes } = metadata;
const session = await createSession(compileInference(model).bytes);
console.error("For research. This is not a diagnostic device.");

for (const path of paths) {
  try {
    const data = await preprocess(await readFile(path), { ...inputSize, preprocessing, name: path });
    const input = { data, dims: [1, inputSize.height, inputSize.width, 3] };
    const [output] = Object.values(await session.run({ input }));
    const probability = output.data[0];
    console.log([path, probability.toFixed(4), classes[probability > threshold ? 1 : 0]].join("\t"));
  } catch (error) {
    console.error(`${path}: ${error.message}`);
    process.exitCode = 1;
  }
}
