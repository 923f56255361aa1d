import type { Label } from "@covidxr/dataset";
import type { RgbImage } from "@covidxr/image";
import type { Fingerprint } from "../fingerprints/fingerprint.js";

/** An image as probes see it. */
export interface ProbeImage {
  /** Names the pixels: equal keys, equal pixels. `prepareImages` of `@covidxr/image` gives such keys. */
  readonly key: string;
  /** The pixels at the network's size, such as 382 × 320; the same at each call. */
  pixels(): Promise<RgbImage>;
  /** Of the file, at its own size. */
  readonly fingerprint: Fingerprint;
  readonly label: Label;
  /** Dataset the image comes from. */
  readonly source: string;
  /** Whose image it is. An image of an unknown patient gets a name that no other has. */
  readonly patient: string;
  /** Whether the model trained on it or was judged by it; null for neither. */
  readonly split: "train" | "held-out" | null;
}
