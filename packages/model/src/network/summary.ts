import { checkArguments } from "@covidxr/core/internal";
import type { LayersModel } from "@tensorflow/tfjs-layers";

type Shape = readonly (number | null)[];

// Width and column ends of Keras' table (keras/utils/layer_utils.py: line_length 65, positions .45, .85, 1).
const WIDTH = 65;
const COLUMNS = [29, 55, 65];

/**
 * The table that Keras' `model.summary()` prints: one line per layer with name, class, output shape and parameter count,
 * then the three totals. Columns are truncated where Keras truncates them; `None` is the batch. Connections of branching
 * layers are not shown.
 */
export function summary(model: LayersModel): string {
  checkArguments({ model }, { model: "model" });
  const lines = [
    `Model: "${model.name}"`,
    "_".repeat(WIDTH),
    row(["Layer (type)", "Output Shape", "Param #"]),
    "=".repeat(WIDTH),
  ];
  for (const [index, layer] of model.layers.entries()) {
    lines.push(
      row([`${layer.name} (${layer.getClassName()})`, outputText(layer), String(layer.countParams())]),
      (index === model.layers.length - 1 ? "=" : "_").repeat(WIDTH),
    );
  }
  const trainable = countValues(model.trainableWeights);
  const frozen = countValues(model.nonTrainableWeights);
  lines.push(
    `Total params: ${grouped(trainable + frozen)}`,
    `Trainable params: ${grouped(trainable)}`,
    `Non-trainable params: ${grouped(frozen)}`,
    "_".repeat(WIDTH),
  );
  return lines.join("\n");
}

function row(fields: readonly string[]): string {
  let line = "";
  for (const [index, field] of fields.entries()) {
    if (index > 0) line = `${line.slice(0, -1)} `;
    line = (line + field).slice(0, COLUMNS[index]).padEnd(COLUMNS[index]!);
  }
  return line;
}

/** `multiple`, as Keras prints it, for a layer that networks apply to several sizes. */
function outputText(layer: LayersModel["layers"][number]): string {
  const shapes = new Set(layer.inboundNodes.map(({ outputShapes }) => String(outputShapes)));
  return shapes.size > 1 ? "multiple" : shapeText(layer.outputShape as Shape | readonly Shape[]);
}

function shapeText(shape: Shape | readonly Shape[]): string {
  if (Array.isArray(shape[0])) return `[${(shape as readonly Shape[]).map(shapeText).join(", ")}]`;
  const sides = (shape as Shape).map((side) => side ?? "None");
  return sides.length === 1 ? `(${sides[0]},)` : `(${sides.join(", ")})`;
}

function countValues(weights: LayersModel["weights"]): number {
  return weights.reduce((total, weight) => total + weight.shape.reduce<number>((n, side) => n * side!, 1), 0);
}

function grouped(count: number): string {
  return count.toLocaleString("en-US");
}
