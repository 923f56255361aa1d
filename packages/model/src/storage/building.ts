import { layers } from "@tensorflow/tfjs-layers";

/** A weight of a layer. */
interface LayerWeight {
  readonly name: string;
  dispose(): void;
}

/** How a layer of TensorFlow.js makes each of its weights. */
type AddWeight = (
  this: layers.Layer,
  name: string,
  shape: readonly number[],
  ...rest: unknown[]
) => LayerWeight;

/**
 * Most values of a layer's output for one image: 2 GiB of float32. The study's largest has 8 million, a VGG19 on 2048 × 2048
 * pixels half of this.
 */
export const MAX_OUTPUT_VALUES = 2 ** 29;

/** What {@link build} made. */
interface Built<T> {
  readonly result: T;
  /** Frees every weight that was made. */
  dispose(): void;
}

/**
 * Makes layers of settings that nobody vouches for. A layer that wants more values than there are is stopped before memory is
 * allocated for it. Leaves no weight behind when it fails.
 *
 * @param values Number of values that all weights may have together.
 * @throws {Error} naming the weight.
 */
export function build<T>(values: number, make: () => T): Built<T> {
  const prototype = layers.Layer.prototype as unknown as { addWeight: AddWeight };
  const { addWeight } = prototype;
  const made: LayerWeight[] = [];
  let left = values;
  const dispose = () => {
    for (const weight of made) weight.dispose();
  };
  // All weights of all layers come through this one method; building is synchronous.
  prototype.addWeight = function (name, shape, ...rest) {
    const size = shape.reduce((product, side) => product * side, 1);
    if (!(size <= left)) {
      throw new Error(
        `weight ${this.name}/${name} would have shape [${shape}], with more values than are saved`,
      );
    }
    left -= size;
    const weight = addWeight.call(this, name, shape, ...rest);
    made.push(weight);
    return weight;
  };
  try {
    return { result: make(), dispose };
  } catch (error) {
    dispose();
    throw error;
  } finally {
    prototype.addWeight = addWeight;
  }
}

type Shape = readonly (number | null)[];

/** Shapes of one tensor or of several. */
const shapesIn = (shapes: unknown): readonly Shape[] =>
  (Array.isArray((shapes as unknown[])[0]) ? shapes : [shapes]) as readonly Shape[];

/** Whether a shape is one that an input takes; null stands for any size. */
const fits = (shape: Shape | undefined, wanted: Shape): boolean =>
  shape?.length === wanted.length &&
  wanted.every((side, axis) => side === null || shape[axis] === null || side === shape[axis]);

interface Network {
  readonly layers: readonly layers.Layer[];
  readonly inputs: readonly { readonly shape: Shape }[];
}

/** What is wrong with the shapes in a network, which TensorFlow.js computes without asking whether they can be. */
export function shapeFault(network: Network): string | undefined {
  for (const layer of network.layers) {
    if ("layers" in layer) {
      const inner = layer as unknown as Network;
      const fault = shapeFault(inner);
      if (fault !== undefined) return fault;
      // Its own call comes first.
      for (const { inputShapes } of layer.inboundNodes.slice(1)) {
        const wrong = inner.inputs.findIndex(({ shape }, i) => !fits(shapesIn(inputShapes)[i], shape));
        if (wrong >= 0) {
          return `network ${layer.name} takes [${inner.inputs[wrong]!.shape}] and is given [${shapesIn(inputShapes)[wrong]}]`;
        }
      }
    }
    for (const { outputShapes } of layer.inboundNodes) {
      for (const shape of shapesIn(outputShapes)) {
        const sides = shape.filter((side) => side !== null && side !== undefined);
        const isShape = sides.every((side) => Number.isSafeInteger(side) && side > 0);
        const size = sides.reduce((product, side) => product * side, 1);
        if (!isShape) return `the output of layer ${layer.name} would have shape [${shape}]`;
        if (size > MAX_OUTPUT_VALUES) {
          return `the output of layer ${layer.name} would have shape [${shape}], more than 2 GiB`;
        }
      }
    }
  }
  return undefined;
}
