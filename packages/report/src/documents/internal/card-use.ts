import { isHoldout, type RunAnalysis } from "../../analysis/analyse-run.js";
import { inputSize } from "./input-size.js";

/** How to run a run's model, as Markdown; that there is none, of a cross-validation. */
export function cardUse(analysis: RunAnalysis): string {
  if (!isHoldout(analysis)) {
    return "There is no model to run: a cross-validation keeps none. Train one (`reproduce` does, on a part of the images) and measure it on images that took no part in either.";
  }
  const { record, threshold } = analysis.run;
  const size = inputSize(record);
  const [height, width] = size ? [`${size.height}`, `${size.width}`] : ["height", "width"];
  const preprocessing = record.settings.preprocessing === "caffe" ? "caffe" : "rescale";
  return [
    `\`model.onnx\` takes float32 pixels \`[N, ${height}, ${width}, 3]\`, RGB from 0 to 255 (its preprocessing is inside), and gives the probability of class 1, \`[N, 1]\`. Above ${threshold} the answer is class 1. For research; not a diagnostic device.`,
    fence(`import { readFile } from "node:fs/promises";
import { decodeImage, resize } from "@covidxr/image";
import { InferenceSession, Tensor } from "onnxruntime-node";

${size ? `const [height, width] = [${height}, ${width}];` : "const [height, width] = inputSize; // of the run that made the model"}
const file = await decodeImage(await readFile("radiograph.png"), { name: "radiograph.png" });
const { data } = resize(file, { height, width, method: "nearest" });
const session = await InferenceSession.create("model.onnx");
const input = new Tensor("float32", Float32Array.from(data), [1, height, width, 3]);
const { output } = await session.run({ input });
const isPositive = output.data[0] > ${threshold};`),
    "With TensorFlow.js, from the folder `model/`, whose metadata hold preprocessing, size, threshold and class names:",
    fence(`import "@tensorflow/tfjs-backend-cpu";
import { readFile } from "node:fs/promises";
import { preprocess } from "@covidxr/image";
import { loadModel } from "@covidxr/model";
import { tensor4d } from "@tensorflow/tfjs-core";

const { model, metadata } = await loadModel("model");
const { height, width } = metadata.inputSize;
const pixels = await preprocess(await readFile("radiograph.png"), {
  name: "radiograph.png",
  height,
  width,
  preprocessing: metadata.preprocessing, // "${preprocessing}"
});
const [probability] = await model.predict(tensor4d(pixels, [1, height, width, 3])).data();
const isPositive = probability > metadata.threshold;`),
  ].join("\n\n");
}

function fence(code: string): string {
  return `\`\`\`js\n${code}\n\`\`\``;
}
