import { createRng, type Rng } from "@covidxr/core";
import { type Fingerprint, THUMBNAIL_SIDE } from "../fingerprints/fingerprint.js";
import { pixelEmbedder } from "../probes/embedder.js";
import type { ProbeImage } from "../probes/evaluate-probe.js";
import { type RunProbesOptions, runProbes } from "../probes/run-probes.js";
import type { AucEstimate, ProbeResult } from "../probes/verdict.js";

/** Size of the drawn images. */
export const WIDTH = 24;
export const HEIGHT = 20;

/** What a fault can hang on. */
export interface DrawnImage {
  readonly place: number;
  readonly label: 0 | 1;
  readonly source: string;
  /** Of this image alone. */
  readonly rng: Rng;
}

/** How to draw a cohort; every part can carry a planted fault. */
export interface CohortPlan {
  readonly count?: number;
  readonly seed?: number;
  readonly label?: (place: number) => 0 | 1;
  readonly source?: (place: number, label: 0 | 1) => string;
  readonly patient?: (place: number) => string;
  readonly split?: (place: number) => ProbeImage["split"];
  /** Added to the grey value at a place of the image. */
  readonly grey?: (image: DrawnImage, column: number, row: number) => number;
  /** Changes the fingerprint. */
  readonly file?: (image: DrawnImage) => Partial<Fingerprint>;
}

/** Images of noise: by default nothing about them knows label or source; labels take turns, patients have two images. */
export function drawCohort(plan: CohortPlan = {}): ProbeImage[] {
  const { count = 80, seed = 5 } = plan;
  const labelOf = plan.label ?? ((place) => (Math.floor(place / 2) % 2 === 0 ? 0 : 1));
  return Array.from({ length: count }, (_, place) => {
    const label = labelOf(place);
    const source = plan.source?.(place, label) ?? "hospital";
    const rng = createRng(seed, { purpose: "probe-picture", index: place });
    const image: DrawnImage = { place, label, source, rng };
    const file = plan.file?.(image) ?? {};
    const grey = drawGrey(image, plan.grey);
    const rgb = new Uint8Array(grey.length * 3);
    for (const [pixel, value] of grey.entries()) rgb.fill(value, 3 * pixel, 3 * pixel + 3);
    return {
      key: `${seed}/${place}`,
      pixels: async () => ({ width: WIDTH, height: HEIGHT, data: rgb }),
      fingerprint: { ...fingerprintOf(`${place}.png`, grey), ...file },
      label,
      source,
      patient: plan.patient?.(place) ?? `patient ${Math.floor(place / 2)}`,
      split: plan.split?.(place) ?? null,
    };
  });
}

function drawGrey(image: DrawnImage, added: CohortPlan["grey"]): Uint8Array {
  const grey = new Uint8Array(WIDTH * HEIGHT);
  for (let row = 0; row < HEIGHT; row++) {
    for (let column = 0; column < WIDTH; column++) {
      const value = 128 + 20 * image.rng.normal() + (added?.(image, column, row) ?? 0);
      grey[row * WIDTH + column] = Math.min(255, Math.max(0, Math.round(value)));
    }
  }
  return grey;
}

function fingerprintOf(path: string, grey: Uint8Array): Fingerprint {
  const histogram = new Float32Array(256);
  for (const level of grey) histogram[level]! += 1 / grey.length;
  const thumbnail = new Uint8Array(THUMBNAIL_SIDE ** 2);
  for (let row = 0; row < THUMBNAIL_SIDE; row++) {
    const from = Math.floor((row * HEIGHT) / THUMBNAIL_SIDE) * WIDTH;
    for (let column = 0; column < THUMBNAIL_SIDE; column++) {
      thumbnail[row * THUMBNAIL_SIDE + column] = grey[from + Math.floor((column * WIDTH) / THUMBNAIL_SIDE)]!;
    }
  }
  return {
    path,
    bytes: 1000,
    fileDigest: path,
    pixelDigest: path,
    format: "png",
    width: 1000,
    height: 800,
    grey: true,
    thumbnail,
    histogram,
  };
}

/** Model to compare with. */
export const MODEL: AucEstimate = {
  value: 0.9,
  low: 0.8,
  high: 1,
  level: 0.95,
  method: "DeLong",
  negatives: 15,
  positives: 16,
};

/** Reads drawn images. */
export const SMALL_PIXELS = pixelEmbedder({ side: 12 });

/** Verdicts of probes that see nothing. */
export const CHANCE = {
  border: "chance",
  "lungs-covered": "chance",
  thumbnail: "chance",
  "grey-levels": "chance",
  "size-and-format": "chance",
};

/** Runs the probes on drawn images. */
export function probeDrawn(
  plan: CohortPlan,
  options: Partial<RunProbesOptions> = {},
): Promise<ProbeResult[]> {
  return runProbes({
    images: drawCohort(plan),
    embedder: SMALL_PIXELS,
    seed: 3,
    model: MODEL,
    ...options,
  });
}

/** Verdicts of the probes of the label, by their names. */
export function verdictsOf(results: readonly ProbeResult[]): Record<string, ProbeResult["verdict"]> {
  return Object.fromEntries(
    results
      .filter(({ target, name }) => target === "label" && name !== "whole-image")
      .map(({ name, verdict }) => [name, verdict]),
  );
}
