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
  /**
   * Whose image it is; images of one name lie in one fold. An image of an unknown patient gets a name that no other has,
   * and images that show one picture must have one name, even if they are said to be of different patients:
   * `patientGroups`, given the copies, makes such names.
   */
  readonly patient: string;
  /** Whether the model trained on it or was judged by it; null for neither. */
  readonly split: "train" | "held-out" | null;
}
