import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import "@tensorflow/tfjs-backend-cpu";
import { compileInference } from "@covidxr/onnx";
import { loadGraph, saveGraph } from "@covidxr/onnx/files";
import { randomizeWeights } from "../../tensorflow-reference.js";
import type { Group } from "../group.js";
import { mutateBytes, pick } from "../mutators.js";
import { NETWORKS } from "./models.js";

/** Graphs as a run leaves them, with and without the digest beside them, and as another program does, without any. */
export const onnx: Group = {
  async prepare(folder) {
    const model = NETWORKS.chain();
    randomizeWeights(model);
    const { bytes } = compileInference(model, { preprocessing: "rescale", metadata: { threshold: "0.7" } });
    model.dispose();
    for (const name of ["own", "alone", "foreign"]) await mkdir(join(folder, name));
    await saveGraph(bytes, join(folder, "own", GRAPH));
    await writeFile(join(folder, "alone", GRAPH), await readFile(join(folder, "own", GRAPH)));
    await writeFile(join(folder, "foreign", GRAPH), bytes);
  },

  async mutate({ folder, name }, rng) {
    const file = rng.uniform() < 0.8 ? GRAPH : pick(rng, (await readdir(folder)).sort());
    const { content, what } = mutateBytes(await readFile(join(folder, file)), rng);
    await writeFile(join(folder, file), content);
    return { what: `${file}: ${what}`, unsealed: name === "foreign" };
  },

  async use({ folder }) {
    const session = await loadGraph(join(folder, GRAPH), { threads: 1 });
    try {
      const data = Float32Array.from({ length: 8 * 8 * 3 }, (_, i) => i % 251);
      const outputs = await session.run({ input: { data, dims: [1, 8, 8, 3] } });
      return {
        value: Object.entries(outputs).map(([name, output]) => [name, output.dims, [...output.data]]),
      };
    } finally {
      await session.dispose();
    }
  },
};

const GRAPH = "model.onnx";
