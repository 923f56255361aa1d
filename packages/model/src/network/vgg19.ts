import type { LayersModel, SymbolicTensor } from "@tensorflow/tfjs-layers";
import { input, layers, model } from "@tensorflow/tfjs-layers";

type Layer = LayersModel["layers"][number];

/**
 * Backbone layers in order, named as in `keras.applications.VGG19` (Simonyan & Zisserman 2015, configuration E),
 * without the input layer.
 */
export const VGG19_LAYERS: readonly string[] = [
  "block1_conv1",
  "block1_conv2",
  "block1_pool",
  "block2_conv1",
  "block2_conv2",
  "block2_pool",
  "block3_conv1",
  "block3_conv2",
  "block3_conv3",
  "block3_conv4",
  "block3_pool",
  "block4_conv1",
  "block4_conv2",
  "block4_conv3",
  "block4_conv4",
  "block4_pool",
  "block5_conv1",
  "block5_conv2",
  "block5_conv3",
  "block5_conv4",
  "block5_pool",
];

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

/**
 * VGG19 without its top, and the study's head. All weights are zero and set afterwards: TensorFlow.js' own initialisers
 * take seconds for 20 million weights and cannot be keyed.
 */
export function constructVgg19(shape: Vgg19Shape): LayersModel {
  const image = input({ shape: [shape.height, shape.width, 3], name: "input_1" });
  let x = conv(image, 64, "block1_conv1");
  x = conv(x, 64, "block1_conv2");
  x = pool(x, "block1_pool");

  x = conv(x, 128, "block2_conv1");
  x = conv(x, 128, "block2_conv2");
  x = pool(x, "block2_pool");

  x = conv(x, 256, "block3_conv1");
  x = conv(x, 256, "block3_conv2");
  x = conv(x, 256, "block3_conv3");
  x = conv(x, 256, "block3_conv4");
  x = pool(x, "block3_pool");

  x = conv(x, 512, "block4_conv1");
  x = conv(x, 512, "block4_conv2");
  x = conv(x, 512, "block4_conv3");
  x = conv(x, 512, "block4_conv4");
  x = pool(x, "block4_pool");

  x = conv(x, 512, "block5_conv1");
  x = conv(x, 512, "block5_conv2");
  x = conv(x, 512, "block5_conv3");
  x = conv(x, 512, "block5_conv4");
  x = pool(x, "block5_pool");

  const poolSize: [number, number] = [
    Math.min(shape.poolSize, Math.floor(shape.height / VGG19_REDUCTION)),
    Math.min(shape.poolSize, Math.floor(shape.width / VGG19_REDUCTION)),
  ];
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
