import {
  add,
  backend_util,
  cast,
  equal,
  type KernelConfig,
  type MaxPoolGradAttrs,
  mul,
  onesLike,
  pad,
  reshape,
  slice,
  sub,
  type Tensor,
  type Tensor4D,
  tidy,
  zerosLike,
} from "@tensorflow/tfjs-core";
import { seenBy, surrounded } from "./windows.js";

/** Smallest finite float32: no maximum is taken from it. */
const LOWEST = -3.4028234663852886e38;

/**
 * Gradient of maximum pooling in its input, composed of the backend's own kernels: for each place in the window, the
 * windows whose first maximum lies there. The backend's own gives 0 for windows whose maximum is negative.
 */
export const maxPoolGrad: KernelConfig = {
  kernelName: "MaxPoolGrad",
  backendName: "wasm",
  // The engine hands tensors to kernels, though the type promises only their descriptions.
  kernelFunc: ({ inputs, attrs }) =>
    inputGradient(
      inputs.dy as Tensor4D,
      inputs.input as Tensor4D,
      inputs.output as Tensor4D,
      attrs as unknown as MaxPoolGradAttrs,
    ),
};

function inputGradient(
  dy: Tensor4D,
  x: Tensor4D,
  y: Tensor4D,
  { filterSize, strides, pad: padding, dimRoundingMode }: MaxPoolGradAttrs,
): Tensor {
  const info = backend_util.computePool2DInfo(x.shape, filterSize, strides, 1, padding, dimRoundingMode);
  return tidy(() => {
    const padded = surrounded(x, info.padInfo, LOWEST);
    let gradient: Tensor = zerosLike(padded);
    // 1 for windows whose maximum was not met yet, so that of equal values the first one counts.
    let open: Tensor = onesLike(y);
    for (let row = 0; row < info.filterHeight; row++) {
      for (let column = 0; column < info.filterWidth; column++) {
        [gradient, open] = tidy(() => {
          const hit = mul(cast(equal(seenBy(padded, row, column, info), y), "float32"), open);
          return [add(gradient, spread(mul(dy, hit), row, column, info, padded.shape)), sub(open, hit)];
        }) as [Tensor, Tensor];
      }
    }
    return slice(gradient as Tensor4D, [0, info.padInfo.top, info.padInfo.left, 0], x.shape);
  });
}

/** Puts the value of each window at its place (row, column) of the padded image; 0 elsewhere. */
function spread(
  values: Tensor,
  row: number,
  column: number,
  { outHeight, outWidth, strideHeight, strideWidth }: backend_util.Conv2DInfo,
  shape: readonly [number, number, number, number],
): Tensor {
  const [batch, height, width, channels] = shape;
  // Zeros behind each row, then behind each column of windows.
  const rows = zerosBehind(reshape(values, [batch * outHeight, outWidth * channels]), strideHeight);
  const columns = zerosBehind(reshape(rows, [-1, channels]), strideWidth);
  const apart = reshape(columns, [batch, outHeight * strideHeight, outWidth * strideWidth, channels]);
  const reach = [(outHeight - 1) * strideHeight + 1, (outWidth - 1) * strideWidth + 1] as const;
  return pad(slice(apart as Tensor4D, [0, 0, 0, 0], [batch, ...reach, channels]), [
    [0, 0],
    [row, height - row - reach[0]],
    [column, width - column - reach[1]],
    [0, 0],
  ]);
}

/** A matrix with `stride - 1` rows of zeros behind each row, as `[rows, stride · columns]`. */
function zerosBehind(matrix: Tensor, stride: number): Tensor {
  const columns = matrix.shape[1]!;
  return stride === 1
    ? matrix
    : pad(matrix, [
        [0, 0],
        [0, (stride - 1) * columns],
      ]);
}
