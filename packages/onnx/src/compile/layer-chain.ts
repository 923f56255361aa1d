import { InvalidArgumentError, UnsupportedLayerError } from "@covidxr/core";
import type { LayersModel, layers, SymbolicTensor } from "@tensorflow/tfjs-layers";

type Layer = layers.Layer;
type Node = Layer["inboundNodes"][number];

/** A layer at the place where a model applies it. */
export interface ChainLayer {
  readonly layer: Layer;
  /** Shape of the input in this model, without the batch; null where a size is left open. */
  readonly inputShape: readonly (number | null)[];
  /** Shape of the output in this model. */
  readonly outputShape: readonly (number | null)[];
}

/**
 * The layers of a model in the order in which it computes them, its InputLayer first. They are found from the output back
 * to the input, so that a layer that other networks share has the shapes of this one. The layers of a nested model stand
 * where the model itself does.
 *
 * @throws {InvalidArgumentError} with parameter `"model"` on another number of inputs or outputs than one.
 * @throws {UnsupportedLayerError} where layers do not form one chain in which each is applied once and has a name of its own.
 */
export function layerChain(model: LayersModel): readonly ChainLayer[] {
  const chain = chainOf(model);
  const names = new Map<string, Layer>();
  for (const { layer } of chain) {
    const namesake = names.get(layer.name);
    if (namesake !== undefined) {
      refuse(
        layer,
        namesake === layer ? "is applied more than once" : "has the name of another layer of the model",
        ["models whose layers form one chain, each applied once and with a name of its own"],
      );
    }
    names.set(layer.name, layer);
  }
  return chain;
}

function chainOf(model: LayersModel): ChainLayer[] {
  requireOneEach(model);
  const backwards: ChainLayer[] = [];
  for (let tensor = model.outputs[0]!; ; ) {
    const layer = tensor.sourceLayer;
    const node = layer.inboundNodes[tensor.nodeIndex]!;
    if (node.inboundLayers.length === 0) {
      backwards.push({ layer, ...shapesOf(tensor, tensor) });
      return backwards.reverse();
    }
    requireSingle(layer, node);
    const [input] = node.inputTensors as [SymbolicTensor];
    if (isModel(layer)) {
      const nested = chainOf(layer).slice(1);
      const built = sizesOf(layer.inputs[0]!);
      if (String(built) !== String(sizesOf(input))) {
        refuse(layer, `was made for inputs [${built}] and is applied to [${sizesOf(input)}]`, [
          "nested models that are applied to the size they were made for",
        ]);
      }
      backwards.push(...nested.reverse());
    } else backwards.push({ layer, ...shapesOf(input, tensor) });
    tensor = input;
  }
}

const isModel = (layer: Layer | LayersModel): layer is LayersModel => "layers" in layer;

const sizesOf = (tensor: SymbolicTensor): readonly (number | null)[] => tensor.shape.slice(1);

const shapesOf = (input: SymbolicTensor, output: SymbolicTensor) => ({
  inputShape: sizesOf(input),
  outputShape: sizesOf(output),
});

function requireOneEach({ inputs, outputs, name }: LayersModel): void {
  if (inputs.length === 1 && outputs.length === 1) return;
  const listed = (tensors: readonly SymbolicTensor[]): string =>
    tensors.length === 0 ? "none" : tensors.map(({ sourceLayer }) => `"${sourceLayer.name}"`).join(", ");
  throw new InvalidArgumentError({
    parameter: "model",
    value: name,
    message:
      `expected one input and one output, got inputs ${listed(inputs)} and outputs ${listed(outputs)}; ` +
      "make a model of one of each: tf.model({ inputs: model.inputs[0], outputs: model.outputs[0] })",
  });
}

function requireSingle(layer: Layer, { inboundLayers, outputTensors, callArgs }: Node): void {
  if (inboundLayers.length > 1) {
    const merged = inboundLayers.map(({ name }) => `"${name}"`).join(", ");
    refuse(layer, `does not follow one layer alone: it merges ${merged}`, [
      "models whose layers form one chain",
    ]);
  }
  if (outputTensors.length > 1)
    refuse(layer, `has ${outputTensors.length} outputs`, ["layers with one output"]);
  const given = Object.entries(callArgs ?? {}).filter(([, value]) => value !== null && value !== undefined);
  if (given.length === 0) return;
  const names = given.map(([name, value]) => `${name} ${JSON.stringify(value)}`).join(", ");
  refuse(layer, `is applied with ${names}`, ["layers applied to their input alone"]);
}

function refuse(layer: Layer, message: string, supported: readonly string[]): never {
  throw new UnsupportedLayerError({
    layer: layer.name,
    layerClass: layer.getClassName(),
    supported,
    message,
  });
}
