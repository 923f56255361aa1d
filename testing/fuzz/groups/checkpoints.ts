import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import "@tensorflow/tfjs-backend-cpu";
import { createRng, isCovidxrError } from "@covidxr/core";
import { digestWeights } from "@covidxr/model";
import { sgd, train } from "@covidxr/training";
import { initializers, layers, sequential } from "@tensorflow/tfjs-layers";
import { decodeCheckpoint, encodeCheckpoint } from "../../../packages/training/src/loop/checkpoints.js";
import type { Group } from "../group.js";
import { mutateBytes, mutateJson, pick } from "../mutators.js";

/** Of the images, and of what the frozen layer makes of them. */
const SHAPE = [4, 4, 2] as const;
const CONVOLUTION = {
  filters: 2,
  kernelSize: 3,
  padding: "same" as const,
  kernelInitializer: initializers.heUniform({ seed: 1 }),
} satisfies Partial<Parameters<typeof layers.conv2d>[0]>;

/** Checkpoints of a run that was stopped after two of three epochs: it ends with the same bits, or refuses. */
export const checkpoints: Group = {
  async prepare(folder) {
    const name = join(folder, "run");
    await mkdir(name);
    const stop = new AbortController();
    await resume(name, {
      signal: stop.signal,
      onEpoch: ({ epoch }) => void (epoch === 2 && stop.abort()),
    }).catch((error) => {
      if (!isCovidxrError(error) || error.kind !== "interrupted") throw error;
    });
  },

  async mutate({ folder }, rng) {
    const file = pick(rng, (await readdir(folder)).sort());
    const bytes = await readFile(join(folder, file));
    if (rng.uniform() < 0.6) {
      const { content, what } = mutateBytes(bytes, rng);
      await writeFile(join(folder, file), content);
      return { what: `${file}: ${what}` };
    }
    // As a stranger can, with the digest made anew.
    const { epoch, state, arrays } = decodeCheckpoint(bytes)!;
    const { content, what } = mutateJson(
      { epoch, state, lengths: [...arrays].map(([, { length }]) => length) },
      rng,
    );
    const { lengths, ...rest } = Object(content) as { epoch: number; state: unknown; lengths: unknown };
    const resized = new Map(
      [...arrays].map(([name, values], i) => [name, resize(values, (lengths as number[] | undefined)?.[i])]),
    );
    await writeFile(
      join(folder, file),
      encodeCheckpoint({ epoch: rest.epoch, state: rest.state, arrays: resized }),
    );
    return { what: `${file}: ${what}, digest made anew`, unsealed: true };
  },

  use: async ({ folder }) => ({ value: await resume(folder) }),
};

function resize(values: Float32Array, length: unknown): Float32Array {
  const isLength = typeof length === "number" && Number.isInteger(length) && length >= 0 && length < 1e6;
  return isLength && length !== values.length ? new Float32Array(length) : values;
}

/** Trains the rest of a run; a digest of its weights, and its history. */
async function resume(folder: string, hooks: Partial<Parameters<typeof train>[1]> = {}): Promise<unknown> {
  const model = sequential({
    name: "small",
    layers: [
      layers.inputLayer({ inputShape: [...SHAPE], name: "image" }),
      layers.conv2d({ ...CONVOLUTION, trainable: false, name: "frozen" }),
      layers.conv2d({ ...CONVOLUTION, name: "conv" }),
      layers.flatten({ name: "flatten" }),
      layers.dense({
        units: 1,
        activation: "sigmoid",
        kernelInitializer: CONVOLUTION.kernelInitializer,
        name: "output",
      }),
    ],
  });
  try {
    const { history, epoch } = await train(model, {
      ...{
        training: features(8, 1),
        validation: features(4, 2),
        epochs: 3,
        batchSize: 4,
        seed: 5,
        clock: () => 0,
      },
      optimizer: sgd({ learningRate: 0.01, momentum: 0.9 }),
      checkpoint: { folder, key: "features", resume: true },
      ...hooks,
    });
    return { history, epoch, weights: digestWeights(model) };
  } finally {
    model.dispose();
  }
}

function features(count: number, seed: number) {
  const size = SHAPE.reduce((a, b) => a * b, 1);
  const values = Array.from({ length: count }, (_, index) => {
    const rng = createRng(seed, { purpose: "features", index });
    return Float32Array.from({ length: size }, () => rng.uniform() + (index % 2));
  });
  return { values, labels: values.map((_, i) => i % 2) };
}
