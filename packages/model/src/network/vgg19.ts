import type { LayersModel, SymbolicTensor } from "@tensorflow/tfjs-layers";
import { input, layers, model } from "@tensorflow/tfjs-layers";

type Layer = LayersModel["layers"][number];

/** Blocks of 3 × 3 convolutions, each ended by a pooling (Simonyan & Zisserman 2015, configuration E). */
export const VGG19_BLOCKS: readonly { readonly filters: number; readonly convolutions: number }[] = [
  { filters: 64, convolutions: 2 },
  { filters: 128, convolutions: 2 },
  { filters: 256, convolutions: 4 },
  { filters: 512, convolutions: 4 },
  { filters: 512, convolutions: 4 },
];

/** Backbone layers in order, without the input layer, named as in `keras.applications.VGG19`. */
export const VGG19_LAYERS: readonly string[] = VGG19_BLOCKS.flatMap(({ convolutions }, block) => [
  ...Array.from({ length: convolutions }, (_, i) => convolutionName(block, i)),
  poolingName(block),
]);

/** Five poolings halve each side; a shorter side would leave no pixel (Keras requires 32 as well). */
export const VGG19_REDUCTION = 32;

/** Shape of the network; the caller checks every field. */
export interface Vgg19Shape {
  readonly height: number;
  readonly width: number;
  readonly trainableLayers: number;
  readonly denseUnits: number;
  readonly dropout: number;
  readonly poolSize: number;
}

type HeadShape = Pick<Vgg19Shape, "height" | "width" | "poolSize">;

/** Pixels that block5 leaves. */
const reduced = ({ height, width }: HeadShape): [number, number] => [
  Math.floor(height / VGG19_REDUCTION),
  Math.floor(width / VGG19_REDUCTION),
];

function poolingOf(shape: HeadShape): [number, number] {
  const [rows, columns] = reduced(shape);
  return [Math.min(shape.poolSize, rows), Math.min(shape.poolSize, columns)];
}

/** Pixels that the average pooling leaves, each with the filters of block5. */
export function pooledPixels(shape: HeadShape): number {
  const [rows, columns] = reduced(shape);
  const [high, wide] = poolingOf(shape);
  return Math.floor(rows / high) * Math.floor(columns / wide);
}

/**
 * VGG19 without its top, and the study's head. All weights are zero and set afterwards: TensorFlow.js' own initialisers
 * take seconds for 20 million weights and cannot be keyed.
 */
export function constructVgg19(shape: Vgg19Shape): LayersModel {
  const image = input({ shape: [shape.height, shape.width, 3], name: "input_1" });
  let x = image;
  for (const [block, { filters, convolutions }] of VGG19_BLOCKS.entries()) {
    for (let i = 0; i < convolutions; i++) x = conv(x, filters, convolutionName(block, i));
    x = pool(x, poolingName(block));
  }

  const poolSize = poolingOf(shape);
  x = apply(layers.averagePooling2d({ poolSize, strides: poolSize, name: "average_pooling2d" }), x);
  x = apply(layers.flatten({ name: "flatten" }), x);
  x = dense(x, shape.denseUnits, "relu", "heUniform", "dense");
  x = apply(layers.dropout({ rate: shape.dropout, name: "dropout" }), x);
  x = dense(x, 1, "sigmoid", "glorotUniform", "output");

  const network = model({ inputs: image, outputs: x, name: "vgg19" });
  const firstTrainable = VGG19_LAYERS.length - shape.trainableLayers;
  for (const [index, name] of VGG19_LAYERS.entries()) {
    network.getLayer(name).trainable = index >= firstTrainable;
  }
  return network;
}

function convolutionName(block: number, index: number): string {
  return `block${block + 1}_conv${index + 1}`;
}

function poolingName(block: number): string {
  return `block${block + 1}_pool`;
}

function conv(x: SymbolicTensor, filters: number, name: string): SymbolicTensor {
  const layer = layers.conv2d({
    filters,
    kernelSize: 3,
    padding: "same",
    activation: "relu",
    kernelInitializer: "heNormal",
    name,
  });
  return apply(layer, x);
}

function pool(x: SymbolicTensor, name: string): SymbolicTensor {
  return apply(layers.maxPooling2d({ poolSize: 2, strides: 2, name }), x);
}

function dense(
  x: SymbolicTensor,
  units: number,
  activation: "relu" | "sigmoid",
  kernelInitializer: "heUniform" | "glorotUniform",
  name: string,
): SymbolicTensor {
  return apply(layers.dense({ units, activation, kernelInitializer, name }), x);
}

function apply(layer: Layer, x: SymbolicTensor): SymbolicTensor {
  // The configuration names the real initialiser; the weights themselves start as zeros.
  layer.setFastWeightInitDuringBuild(true);
  return layer.apply(x) as SymbolicTensor;
}
