import type { Anatomy } from "./anatomy.js";
import { type Canvas, EXTENT, forEachPoint, xOf, yOf } from "./canvas.js";
import { type Lungs, lungShare, sideOf } from "./lungs.js";
import type { Field } from "./noise.js";
import { insideEllipse, smoothstep } from "./shapes.js";

const { abs, cos, max, sin, sqrt } = Math;

const VERTEBRA_HEIGHT = 2.3;
const CARINA = 12.5;
const BREAST = { x: 8.5, y: 21, radiusX: 6.5, radiusY: 6, tilt: 0 };

/** Fills the canvas with everything but ribs, vessels and findings: body, lungs, heart, spine, airway, abdomen. */
export function drawTissue(canvas: Canvas, anatomy: Anatomy, lungs: Lungs, unevenness: Field): void {
  const bases = Float64Array.from({ length: canvas.width }, (_, column) => {
    const x = xOf(canvas, column);
    return lungs.base(abs(x), sideOf(x));
  });
  for (let row = 0; row < canvas.height; row++) {
    const y = yOf(canvas, row);
    const torso = torsoHalfWidth(anatomy, y);
    const bend = anatomy.spineBend * sin((Math.PI * (y - 2)) / 34);
    const disc = smoothstep(0.8, 1, cos((2 * Math.PI * y) / VERTEBRA_HEIGHT));
    const medials = { left: lungs.medial(y, -1), right: lungs.medial(y, 1) };
    // One object for the whole row: a new one a pixel would keep the garbage collector busy.
    const edges = { apex: lungs.apex, lateral: lungs.lateral(y), medial: 0, base: 0 };
    for (let column = 0; column < canvas.width; column++) {
      const x = xOf(canvas, column);
      const distance = abs(x);
      const body = smoothstep(0, 0.5, torso - distance);
      if (body === 0) continue;
      const i = row * canvas.width + column;
      edges.base = bases[column]!;
      edges.medial = x < 0 ? medials.left : medials.right;
      const lung = lungShare(distance, y, edges);
      canvas.lung[i] = lung;
      const tissue = softTissue(anatomy, distance, y, torso, edges.base, lung);
      canvas.density[i] = body * (tissue + 0.02 * unevenness(x, y));
      const spine = 1 - abs(x - bend) / 2;
      if (spine > 0) canvas.density[i]! += 0.09 * smoothstep(0, 0.35, spine) * (1 - 0.45 * disc);
    }
  }
  drawHeart(canvas, anatomy);
  drawAirway(canvas);
  if (anatomy.gastricBubble) drawGastricBubble(canvas, lungs);
}

function torsoHalfWidth(anatomy: Anatomy, y: number): number {
  const neck = 6.2;
  const shoulders = neck + (anatomy.torso + 5 - neck) * smoothstep(-2.5, 7, y);
  return shoulders - 5 * smoothstep(8, 15, y) + 0.8 * smoothstep(20, 40, y);
}

function softTissue(
  anatomy: Anatomy,
  distance: number,
  y: number,
  torso: number,
  base: number,
  lung: number,
): number {
  const thickness = sqrt(max(0, 1 - (distance / torso) ** 2));
  const abdomen = smoothstep(-0.2, 1.5, y - base);
  const mediastinum = smoothstep(5.5, 1.5, distance);
  const wall = 0.36 + 0.16 * thickness + 0.1 * mediastinum + 0.13 * abdomen * thickness;
  // Lung looks denser towards its base, where more of the body stands behind and before it.
  const air = anatomy.lungDensity + 0.05 * smoothstep(14, 28, y) + 0.04 * smoothstep(9, 14, distance);
  const breast = anatomy.softTissue * smoothstep(0, 0.5, insideEllipse(distance, y, BREAST));
  return wall + (air - wall) * lung + breast;
}

function drawHeart(canvas: Canvas, anatomy: Anatomy): void {
  const { heart } = anatomy;
  const parts = [
    { ...heart, density: 0.6 },
    // Right atrium, and the knob of the aorta.
    { x: -0.6, y: heart.y - 1.2, radiusX: 3.6, radiusY: 5.4, tilt: -0.12, density: 0.55 },
    { x: 2.1, y: 11, radiusX: 1.8, radiusY: 2, tilt: 0, density: 0.55 },
    { x: 1.3, y: 15, radiusX: 3.1, radiusY: 5, tilt: -0.25, density: 0.55 },
  ];
  for (const part of parts) {
    const reach = max(part.radiusX, part.radiusY) * 1.2;
    const area = {
      left: part.x - reach,
      right: part.x + reach,
      top: part.y - reach,
      bottom: part.y + reach,
    };
    forEachPoint(canvas, area, (i, x, y) => {
      const share = smoothstep(-0.04, 0.16, insideEllipse(x, y, part));
      const lacking = part.density - canvas.density[i]!;
      if (share > 0 && lacking > 0) canvas.density[i]! += lacking * share;
      canvas.lung[i]! *= 1 - share;
    });
  }
}

function drawAirway(canvas: Canvas): void {
  forEachPoint(canvas, { left: -5, right: 5, top: EXTENT.top, bottom: CARINA + 5 }, (i, x, y) => {
    const below = max(0, y - CARINA);
    // One tube above the carina, two that part below it.
    const axis = below === 0 ? 0 : below * (x < 0 ? -0.75 : 0.95);
    const radius = below === 0 ? 0.95 : 0.65;
    const share = smoothstep(0, 0.5, radius - abs(x - axis)) * smoothstep(4.2, 0, below);
    canvas.density[i]! -= 0.09 * share;
  });
}

function drawGastricBubble(canvas: Canvas, lungs: Lungs): void {
  const bubble = { x: 7.5, y: lungs.base(7.5, 1) + 2.3, radiusX: 3, radiusY: 1.6, tilt: 0.1 };
  const area = { left: 4, right: 11, top: bubble.y - 2, bottom: bubble.y + 2 };
  forEachPoint(canvas, area, (i, x, y) => {
    canvas.density[i]! -= 0.2 * smoothstep(0, 0.35, insideEllipse(x, y, bubble));
  });
}
