import { InvalidArgumentError, type Rng } from "@covidxr/core";
import type { GreyImage } from "@covidxr/image";
import { sampleAnatomy } from "./anatomy.js";
import { drawBones } from "./bones.js";
import { createCanvas } from "./canvas.js";
import { expose, sampleExposure, USUAL_FIELD } from "./expose.js";
import { lungOutlines } from "./lungs.js";
import { smoothField } from "./noise.js";
import { checkOpacity, drawGroundGlass, drawLobarConsolidation, type Opacity } from "./opacities.js";
import { stampLabel } from "./stamp-label.js";
import { drawTissue } from "./tissue.js";
import { drawVessels } from "./vessels.js";

/** What a synthetic radiograph shows. */
export type PhantomFinding = "COVID-19" | "pneumonia" | "none";

/** Options of {@link drawRadiograph}. */
export interface DrawRadiographOptions {
  /** Source of everything that differs between two radiographs of one patient: exposure, breath, finding, grain. */
  readonly rng: Rng;
  /** Source of what stays with the patient: body, heart, ribs, vessels. @defaultValue `rng` */
  readonly patientRng?: Rng;
  /** Width in pixels, {@link MINIMUM_SIDE} or more. */
  readonly width: number;
  /** Height in pixels, {@link MINIMUM_SIDE} or more. */
  readonly height: number;
  /**
   * `"COVID-19"`: ground-glass opacities on both sides, near the chest wall; `"pneumonia"`: one dense lobe;
   * `"none"`: clear lungs.
   */
  readonly finding: PhantomFinding;
  /** Strength of the ground-glass opacities. @defaultValue {@link DRAW_DEFAULTS}.opacity */
  readonly opacity?: Opacity;
}

/** Settings of {@link drawRadiograph} unless told otherwise. */
export const DRAW_DEFAULTS = { opacity: "marked" } as const;

const FINDINGS: readonly string[] = ["COVID-19", "pneumonia", "none"] satisfies PhantomFinding[];

/** Smallest side on which the label is legible. */
export const MINIMUM_SIDE = 96;

/**
 * Draws a synthetic frontal chest radiograph: lungs, ribs, spine, heart, vessels, soft tissue, exposure and grain,
 * and the word SYNTHETIC in a corner. It is a schematic picture for trying software out: no finding in it means
 * anything for a patient.
 *
 * Nothing but the opacities depends on the finding, so that a model can tell the classes by nothing else. The same
 * streams give the same pixels.
 *
 * @returns Grey values [height × width], 0 (black, air) to 255.
 * @throws {InvalidArgumentError} on a side that is too small or not an integer, or an unknown finding or opacity.
 *
 * @example
 * ```ts
 * import { writeFile } from "node:fs/promises";
 * import { createRng } from "@covidxr/core";
 * import { drawRadiograph } from "@covidxr/phantom";
 *
 * const rng = createRng(1, { purpose: "drawing" });
 * const { data } = drawRadiograph({ rng, width: 382, height: 320, finding: "COVID-19" });
 * await writeFile("radiograph.pgm", Buffer.concat([Buffer.from("P5 382 320 255\n"), data]));
 * console.log(data.length); // 122240
 * ```
 */
export function drawRadiograph(options: DrawRadiographOptions): GreyImage {
  const { rng, width, height, finding } = options;
  const opacity = options.opacity ?? DRAW_DEFAULTS.opacity;
  checkSide("width", width);
  checkSide("height", height);
  checkFinding(finding);
  checkOpacity(opacity);

  const patientRng = options.patientRng ?? rng;
  const anatomy = sampleAnatomy(patientRng);
  const exposure = sampleExposure(rng);
  const lungs = lungOutlines(anatomy, 1.6 * (rng.uniform() - 0.5));
  const canvas = createCanvas(width / USUAL_FIELD);
  drawTissue(canvas, anatomy, lungs, smoothField(rng, 6, 3));
  drawVessels(canvas, patientRng);
  if (finding === "COVID-19") drawGroundGlass(canvas, lungs, rng, opacity);
  if (finding === "pneumonia") drawLobarConsolidation(canvas, lungs, rng);
  drawBones(canvas, anatomy, lungs);
  const image = expose(canvas, exposure, rng, { width, height, bodySize: anatomy.size });
  stampLabel(image);
  return image;
}

function checkSide(parameter: string, value: number): void {
  if (!Number.isInteger(value) || value < MINIMUM_SIDE) {
    throw new InvalidArgumentError({
      parameter,
      value,
      message: `expected an integer of ${MINIMUM_SIDE} pixels or more, got ${value}`,
    });
  }
}

function checkFinding(finding: string): void {
  if (!FINDINGS.includes(finding)) {
    throw new InvalidArgumentError({
      parameter: "finding",
      value: finding,
      message: `expected one of ${FINDINGS.join(", ")}, got ${finding}`,
    });
  }
}
