import { type Fingerprint, THUMBNAIL_SIDE } from "../fingerprints/fingerprint.js";
import { GREY_LEVEL_FEATURES, greyLevelFeatures } from "./features/grey-level-features.js";
import { SIZE_AND_FORMAT_FEATURES, sizeAndFormatFeatures } from "./features/size-and-format-features.js";
import { THUMBNAIL_PROBE_SIDE, thumbnailFeatures } from "./features/thumbnail-features.js";
import type { ProbeName } from "./probe-result.js";

/** How a probe of the label is presented. */
export interface ProbePresentation {
  readonly name: ProbeName;
  readonly title: string;
  readonly description: string;
  /** Beginning of its sentence. */
  readonly subject: string;
  /** What it does without. */
  readonly without: string;
}

/** A probe of the label that reads fingerprints alone. */
export interface FingerprintProbe extends ProbePresentation {
  features(fingerprint: Fingerprint): Float64Array;
  readonly binned: boolean;
}

const CLASSIFIER = "by ridge regression";
const BINNED = `each also cut into quantile bins, ${CLASSIFIER}`;

/** The probes that look at no picture at network size. */
export const FINGERPRINT_PROBES: readonly FingerprintProbe[] = [
  {
    name: "thumbnail",
    title: "thumbnail alone",
    description:
      `Grey values of the picture averaged to ${THUMBNAIL_PROBE_SIDE} × ${THUMBNAIL_PROBE_SIDE} pixels ` +
      `(from ${THUMBNAIL_SIDE} × ${THUMBNAIL_SIDE}), ${CLASSIFIER}.`,
    subject: "A thumbnail of 16 × 16 pixels",
    without: "without any detail",
    features: thumbnailFeatures,
    binned: false,
  },
  {
    name: "grey-levels",
    title: "grey levels alone",
    description: `Statistics of the histogram (${GREY_LEVEL_FEATURES.join(", ")}), ${BINNED}.`,
    subject: "The histogram of grey levels alone",
    without: "without any shape",
    features: greyLevelFeatures,
    binned: true,
  },
  {
    name: "size-and-format",
    title: "size and format alone",
    description: `The file's ${SIZE_AND_FORMAT_FEATURES.join(", ")} (sizes as logarithms), ${BINNED}.`,
    subject: "The file's header (size and format) alone",
    without: "without any pixel",
    features: sizeAndFormatFeatures,
    binned: true,
  },
];

/** How the yardstick is presented: the whole picture, read as the covered ones are. */
export function wholeImageProbe(embedder: string): Pick<ProbePresentation, "name" | "title" | "description"> {
  return {
    name: "whole-image",
    title: "whole picture",
    description: `Nothing covered; ${embedder}, ${CLASSIFIER}.`,
  };
}

/** The probe of the border. */
export function borderProbe(embedder: string): ProbePresentation {
  return {
    name: "border",
    title: "border alone",
    description: `The outer tenth of each side, the rest black; ${embedder}, ${CLASSIFIER}.`,
    subject: "The border alone",
    without: "without the middle of the picture",
  };
}

/** The probe of the picture without lungs. @param masked Whether masks were given. */
export function lungsCoveredProbe(embedder: string, masked: boolean): ProbePresentation {
  const cover = masked ? "lung masks" : "two ellipses over the lungs";
  return {
    name: "lungs-covered",
    title: "lungs covered",
    description: `The picture with ${cover} in black; ${embedder}, ${CLASSIFIER}.`,
    subject: `The picture outside ${cover}`,
    without: masked ? "without what the masks cover" : "without what the ellipses cover",
  };
}

/** How a probe of the source is described. */
export function sourceProbeDescription(embedder: string): string {
  return `The whole picture; ${embedder}, ${CLASSIFIER} on the source.`;
}
