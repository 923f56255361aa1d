import type { Step } from "./layer-emitter.js";
import { CHANNELS_LAST, type LayerSettings } from "./layer-settings.js";

/** Geometry of a sliding window over `[H, W]`; each pair is rows, columns. */
export interface Window {
  readonly size: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
  /** Zero rows and columns before the image. */
  readonly before: readonly [number, number];
  /** Zero rows and columns after the image. */
  readonly after: readonly [number, number];
  readonly input: readonly [number, number];
  readonly output: readonly [number, number];
}

/** Settings of layers with a window. */
export const WINDOW_SETTINGS: LayerSettings = {
  strides: "read",
  padding: ["same", "valid"],
  dataFormat: CHANNELS_LAST,
};

/**
 * Window of a Conv2D or pooling step, with `same` padding resolved as TensorFlow does: as little as needed, the
 * odd row or column after the image.
 */
export function windowOf(step: Step, size: readonly number[]): Window {
  const { config } = step;
  const pair = (value: unknown, fallback: readonly number[]): [number, number] => {
    const given = value === undefined || value === null ? fallback : value;
    return typeof given === "number" ? [given, given] : ([...(given as number[])] as [number, number]);
  };
  const strides = pair(config.strides, size);
  const dilations = pair(config.dilationRate, [1, 1]);
  const axes = [0, 1] as const;
  const padding = axes.map((axis) => {
    if (config.padding === "valid") return [0, 0] as const;
    const extent = (size[axis]! - 1) * dilations[axis] + 1;
    const total = Math.max(
      (step.outputShape[axis]! - 1) * strides[axis] + extent - step.inputShape[axis]!,
      0,
    );
    return [Math.floor(total / 2), total - Math.floor(total / 2)] as const;
  });
  return {
    size: [size[0]!, size[1]!],
    strides,
    dilations,
    before: [padding[0]![0], padding[1]![0]],
    after: [padding[0]![1], padding[1]![1]],
    input: [step.inputShape[0]!, step.inputShape[1]!],
    output: [step.outputShape[0]!, step.outputShape[1]!],
  };
}

/** ONNX attributes of the window, for Conv and the pooling operators. */
export function windowAttributes(window: Window) {
  return {
    kernel_shape: { ints: window.size },
    strides: { ints: window.strides },
    pads: { ints: [...window.before, ...window.after] },
  };
}

/**
 * ONNX attributes of the transposed window (ConvTranspose), which maps gradients of the output back onto the
 * input. Rows and columns that no window reached get zeros by `output_padding`.
 */
export function transposedWindowAttributes(window: Window) {
  const reached = ([0, 1] as const).map(
    (axis) =>
      (window.output[axis] - 1) * window.strides[axis] +
      (window.size[axis] - 1) * window.dilations[axis] +
      1 -
      window.before[axis] -
      window.after[axis],
  );
  return {
    ...windowAttributes(window),
    dilations: { ints: window.dilations },
    output_padding: { ints: [window.input[0] - reached[0]!, window.input[1] - reached[1]!] },
  };
}
