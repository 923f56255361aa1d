import {
  type backend_util,
  pad,
  slice,
  stridedSlice,
  type Tensor,
  type Tensor4D,
} from "@tensorflow/tfjs-core";

/** The images `[N, H, W, C]` with their padding around them; the tensor itself where there is none. */
export function surrounded(
  x: Tensor4D,
  { top, bottom, left, right }: backend_util.PadInfo,
  value = 0,
): Tensor4D {
  if (top + bottom + left + right === 0) return x;
  const around: [number, number][] = [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ];
  return pad(x, around, value);
}

/** What place (row, column) of each window sees of the padded images: `[N, H', W', C]`. */
export function seenBy(
  padded: Tensor4D,
  row: number,
  column: number,
  { outHeight, outWidth, strideHeight, strideWidth }: backend_util.Conv2DInfo,
): Tensor {
  if (strideHeight === 1 && strideWidth === 1) {
    return slice(padded, [0, row, column, 0], [-1, outHeight, outWidth, -1]);
  }
  const [batch, , , channels] = padded.shape;
  const end = [row + (outHeight - 1) * strideHeight + 1, column + (outWidth - 1) * strideWidth + 1];
  return stridedSlice(
    padded,
    [0, row, column, 0],
    [batch, ...end, channels],
    [1, strideHeight, strideWidth, 1],
  );
}
