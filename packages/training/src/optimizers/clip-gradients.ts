import { InvalidArgumentError } from "@covidxr/core";
import { checkNumber, checkOptions } from "@covidxr/core/internal";

/** How gradients are clipped; one of both. */
export type ClipOptions =
  /** Largest L2 norm of all gradients together, above 0. */
  | { readonly norm: number; readonly value?: undefined }
  /** Largest absolute value of each single entry, above 0. */
  | { readonly value: number; readonly norm?: undefined };

/**
 * Limits gradients in place. With `norm` all of them are scaled by `norm / max(N, norm)`, where `N` is the L2 norm over
 * every entry of every weight (Pascanu et al. 2013, algorithm 1), as TensorFlow's `clip_by_global_norm`; PyTorch's
 * `clip_grad_norm_` divides by `N + 1e-6` instead. With `value` each entry is brought into [-value, value].
 *
 * Gradients that are not all finite stay as they are: no factor repairs them, and the loop reports them.
 *
 * @returns `N` before clipping, in both modes, summed in double precision; not finite when an entry is not.
 * @throws {InvalidArgumentError} on a limit out of range, no limit, or both.
 */
export function clipGradients(gradients: ReadonlyMap<string, Float32Array>, clip: ClipOptions): number {
  checkClipOptions(clip);
  let squares = 0;
  for (const gradient of gradients.values()) squares += sumOfSquares(gradient);
  const norm = Math.sqrt(squares);
  if (!Number.isFinite(norm)) return norm;
  for (const gradient of gradients.values()) {
    if (clip.value !== undefined) limitEntries(gradient, clip.value);
    else if (norm > clip.norm) scale(gradient, clip.norm / norm);
  }
  return norm;
}

/** @throws {InvalidArgumentError} as {@link clipGradients}, before there are gradients. */
export function checkClipOptions(clip: ClipOptions): void {
  checkOptions(clip, { norm: "number?", value: "number?" }, "clip");
  if ((clip.norm === undefined) === (clip.value === undefined)) {
    throw new InvalidArgumentError({
      parameter: "clip",
      value: clip,
      message: `expected either norm or value, got ${clip.norm === undefined ? "neither" : "both"}; give one`,
    });
  }
  if (clip.norm !== undefined) checkNumber("clip.norm", clip.norm, { above: 0 });
  else checkNumber("clip.value", clip.value, { above: 0 });
}

function sumOfSquares(values: Float32Array): number {
  const length = values.length;
  let sum = 0;
  for (let i = 0; i < length; i++) sum += values[i]! * values[i]!;
  return sum;
}

function scale(values: Float32Array, factor: number): void {
  const length = values.length;
  for (let i = 0; i < length; i++) values[i]! *= factor;
}

function limitEntries(values: Float32Array, limit: number): void {
  const length = values.length;
  for (let i = 0; i < length; i++) {
    const value = values[i]!;
    if (value > limit) values[i] = limit;
    else if (value < -limit) values[i] = -limit;
  }
}
