import type { AucEstimate, ProbeResult, ProbeVerdict } from "./probe-result.js";

/**
 * Compares a probe of the label with the model.
 *
 * - `chance` when the out-of-fold interval does not lie above 0.5. Below 0.5 is chance too: a classifier that knows
 *   nothing tends there when it is judged out of fold. Held-out images, which are few, do not overrule it.
 * - `near-model` when the out-of-fold area, or the held-out area on the model's own images, is no lower than the lower
 *   limit of the model's interval.
 * - `signal` otherwise.
 *
 * The model's lower limit is the bar because it is what the model's figure proves: a study that cannot exclude an area
 * of 0.85 for its model has not shown that the model reads more than a probe that reaches 0.85. So a small held-out set
 * lowers the bar, and should: `near-model` says that the figure does not tell model and probe apart, not that they are
 * equally good, nor that the model uses what the probe sees. The out-of-fold area is of more images and thus steadier;
 * the held-out area is of the same images and training set as the model's. Either suffices.
 *
 * Out-of-fold scores share training images, of which the interval knows nothing: of probes that see noise, 3 to 7 % come
 * out above chance, not 2.5 % (200 draws each of 80 images with 3 to 200 features). A `signal` by a hair is none.
 *
 * @returns Null without a model, or where its figure or the probe's has no interval.
 */
export function judgeProbe(
  { outOfFold, heldOut }: Pick<ProbeResult, "outOfFold" | "heldOut">,
  model: AucEstimate | null,
): ProbeVerdict | null {
  if (model === null || Number.isNaN(model.low) || Number.isNaN(outOfFold.low)) return null;
  if (outOfFold.low <= 0.5) return "chance";
  const near = outOfFold.value >= model.low || (heldOut !== null && heldOut.value >= model.low);
  return near ? "near-model" : "signal";
}
