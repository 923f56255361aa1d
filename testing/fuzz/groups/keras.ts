import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import "@tensorflow/tfjs-backend-cpu";
import { createRng } from "@covidxr/core";
import { buildModel, readWeights } from "@covidxr/model";
import { VGG19_BLOCKS, VGG19_LAYERS } from "../../../packages/model/src/network/vgg19.js";
import { type FixtureWeight, writeKerasFile } from "../../../packages/model/src/testing/write-keras-file.js";
import { digestOf, type Group, type Input } from "../group.js";
import { mutateBytes, pick } from "../mutators.js";

// A sixty-fourth of the filters: 5,000 weights by the code that reads 20 million.
for (const block of VGG19_BLOCKS) Object.assign(block, { filters: block.filters / 64 });
const NETWORK = { height: 32, width: 32, seed: 1, denseUnits: 2 } as const;

/** Weight files of one's own, as Keras writes them; HDF5 has no checksum over values, so only what cannot be true is noticed. */
export const keras: Group = {
  async prepare(folder) {
    const model = await buildModel({ ...NETWORK, weights: "random" });
    const layers: Record<string, FixtureWeight[]> = {};
    const rng = createRng(2, { purpose: "biases" });
    for (const [name, { shape, values }] of readWeights(model)) {
      const [layer, weight] = name.split("/") as [string, string];
      if (!VGG19_LAYERS.includes(layer)) continue;
      const own = weight === "bias" ? values.map(() => rng.normal() / 10) : values;
      layers[layer] = [...(layers[layer] ?? []), { name: `${weight}:0`, shape, values: own }];
    }
    model.dispose();
    for (const [name, options] of Object.entries(FILES)) {
      await mkdir(join(folder, name));
      await writeKerasFile(join(folder, name, "weights.h5"), layers, options);
    }
  },

  async mutate(input, rng) {
    const bytes = await readFile(pathOf(input));
    const special = rng.uniform() < 0.3;
    const { content, what } = special
      ? spoilValues(bytes, rng.integer(bytes.length), pick(rng, [0, 255]))
      : mutateBytes(bytes, rng);
    await writeFile(pathOf(input), content);
    return { what, unsealed: true };
  },

  async use(input) {
    const model = await buildModel({ ...NETWORK, weights: pathOf(input) });
    const weights = [...readWeights(model)].filter(([name]) =>
      VGG19_LAYERS.some((layer) => name.startsWith(`${layer}/`)),
    );
    model.dispose();
    const spoilt = weights.find(([name, { values }]) => {
      const isConstant =
        name.endsWith("kernel") && values.length > 1 && values.every((value) => value === values[0]);
      return isConstant || !values.every(Number.isFinite);
    });
    const value = weights.map(([, { values }]) =>
      digestOf(new Uint8Array(values.buffer, values.byteOffset, values.byteLength)),
    );
    return { value, wrong: spoilt && `${spoilt[0]} is of one value or not finite` };
  },
};

const FILES = { plain: {}, compressed: { compress: true }, whole: { below: "model_weights" } } as const;

const pathOf = ({ folder }: Input): string => join(folder, "weights.h5");

/** A long stretch of zeroes, or of NaN. */
function spoilValues(bytes: Buffer, at: number, value: number) {
  const start = at - (at % 4);
  const content = Buffer.from(bytes).fill(value, start, Math.min(start + 4000, bytes.length));
  return { content, what: `4,000 bytes of ${value} from ${start} on` };
}
