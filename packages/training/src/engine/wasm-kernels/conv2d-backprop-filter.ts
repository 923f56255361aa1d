import {
  backend_util,
  type Conv2DBackpropFilterAttrs,
  type KernelConfig,
  matMul,
  reshape,
  stack,
  type Tensor,
  type Tensor4D,
  tidy,
} from "@tensorflow/tfjs-core";
import { seenBy, surrounded } from "./windows.js";

/**
 * Gradient of a convolution in its filter, `[rows, columns, C_in, C_out]`, composed of the backend's own kernels: one
 * matrix product per filter tap, [C_in, N·H'·W'] × [N·H'·W', C_out].
 */
export const conv2dBackpropFilter: KernelConfig = {
  kernelName: "Conv2DBackpropFilter",
  backendName: "wasm",
  // The engine hands tensors to kernels, though the type promises only their descriptions.
  kernelFunc: ({ inputs, attrs }) =>
    filterGradient(
      inputs.x as Tensor4D,
      inputs.dy as Tensor4D,
      attrs as unknown as Conv2DBackpropFilterAttrs,
    ),
};

function filterGradient(
  x: Tensor4D,
  dy: Tensor4D,
  { strides, pad, dataFormat, dimRoundingMode, filterShape }: Conv2DBackpropFilterAttrs,
): Tensor {
  if (dataFormat !== "NHWC") throw new Error(`expected dataFormat NHWC, got ${dataFormat}`);
  const info = backend_util.computeConv2DInfo(x.shape, filterShape, strides, 1, pad, dimRoundingMode);
  return tidy(() => {
    const padded = surrounded(x, info.padInfo);
    const dyRows = reshape(dy, [-1, info.outChannels]);
    const taps: Tensor[] = [];
    for (let row = 0; row < info.filterHeight; row++) {
      for (let column = 0; column < info.filterWidth; column++) {
        taps.push(
          tidy(() => {
            const seen = reshape(seenBy(padded, row, column, info), [-1, info.inChannels]);
            return matMul(seen, dyRows, true);
          }),
        );
      }
    }
    return reshape(stack(taps), filterShape);
  });
}
