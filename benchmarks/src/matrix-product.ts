import { compileInference, createSession } from "@covidxr/onnx";
import { layers, sequential } from "@tensorflow/tfjs-layers";
import { median, seconds } from "./report.js";
import { ROUNDS } from "./setting.js";

const SIDE = 2048;

/** GFLOP/s of onnxruntime's product of two 2048 × 2048 matrices, a dense layer without bias. */
export async function timeMatrixProduct(): Promise<number> {
  const model = sequential();
  model.add(layers.dense({ units: SIDE, useBias: false, inputShape: [SIDE], name: "product" }));
  const graph = compileInference(model, { weights: "inputs" });
  const session = await createSession(graph.bytes);
  const matrix = () => ({ data: new Float32Array(SIDE ** 2).fill(0.5), dims: [SIDE, SIDE] });
  const feeds = { input: matrix(), [graph.weights[0]!.name]: matrix() };
  const times: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) times.push(await seconds(() => session.run(feeds)));
  await session.dispose();
  model.dispose();
  return (2 * SIDE ** 3) / median(times) / 1e9;
}
