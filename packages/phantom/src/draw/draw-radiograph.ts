import { InvalidArgumentError, type Rng } from "@covidxr/core";
import { checkArguments, checkOptions } from "@covidxr/core/internal";
import type { GreyImage } from "@covidxr/image";
import { checkSize } from "@covidxr/image/internal";
import { lungOutlines, sampleAnatomy } from "./anatomy.js";
import { createCanvas, smoothField } from "./canvas.js";
import { drawBones, drawTissue, drawVessels } from "./chest.js";
import { expose, sampleExposure, stampLabel, USUAL_FIELD } from "./expose.js";
import { checkOpacity, drawGroundGlass, drawLobarConsolidation, type Opacity } from "./opacities.js";

/** What a synthetic radiograph shows. */
export type PhantomFinding = "COVID-19" | "pneumonia" | "none";

/** Options of {@link drawRadiograph}. */
export interface DrawRadiographOptions {
  /** Draws all that differs between two radiographs of a patient: exposure, inspiration, finding, grain. */
  readonly rng: Rng;
  /** Draws what a patient's radiographs have in common: body, heart, ribs, vessels. @defaultValue `rng` */
  readonly patientRng?: Rng;
  /** Width in pixels, an integer of 96 or more. */
  readonly width: number;
  /** Height in pixels, an integer of 96 or more. */
  readonly height: number;
  /**
   * `"COVID-19"`: bilateral, peripheral ground-glass opacities; `"pneumonia"`: one consolidated lobe; `"none"`: clear
   * lungs.
   */
  readonly finding: PhantomFinding;
  /** Strength of the ground-glass opacities. @defaultValue "marked" */
  readonly opacity?: Opacity;
}

const FINDINGS: readonly string[] = ["COVID-19", "pneumonia", "none"] satisfies PhantomFinding[];

/** Smallest side on which the label is legible. */
export const MINIMUM_SIDE = 96;

/**
 * Draws a synthetic frontal chest radiograph: lungs, ribs, spine, heart, vessels, soft tissue, exposure and grain, and
 * the word SYNTHETIC in a corner. It is schematic and meant for testing software; it says nothing about any patient.
 *
 * Only the opacities depend on the finding, so a model can distinguish the classes by nothing else. The same random
 * streams give the same pixels.
 *
 * @returns Grey values [height × width], 0 (black, air) to 255.
 * @throws {InvalidArgumentError} on a side below 96 or not an integer, or an unknown finding or opacity.
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
  checkOptions(options, {
    ...{ rng: "object", patientRng: "object?", width: "number", height: "number" },
    ...{ finding: ["COVID-19", "pneumonia", "none"], opacity: ["marked", "faint", undefined] },
  });
  const {
    rng: { uniform },
    patientRng: ofPatient = options.rng,
  } = options;
  checkArguments(
    { "rng.uniform": uniform, "patientRng.uniform": ofPatient.uniform },
    { "rng.uniform": "function", "patientRng.uniform": "function" },
  );
  const { rng, width, height, finding } = options;
  const opacity = options.opacity ?? "marked";
  checkSize({ height, width }, { min: MINIMUM_SIDE });
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

function checkFinding(finding: string): void {
  if (!FINDINGS.includes(finding)) {
    throw new InvalidArgumentError({
      parameter: "finding",
      value: finding,
      message: `expected one of ${FINDINGS.join(", ")}, got ${finding}`,
    });
  }
}
