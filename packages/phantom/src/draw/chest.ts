import type { Rng } from "@covidxr/core";
import { type Anatomy, type Lungs, lungShare, type Side, sideOf } from "./anatomy.js";
import {
  type Canvas,
  columnOf,
  EXTENT,
  type Field,
  forEachPoint,
  insideEllipse,
  rowOf,
  smoothstep,
  xOf,
  yOf,
} from "./canvas.js";

const { abs, ceil, cos, exp, floor, max, min, sin, sqrt } = Math;

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
    // One object per row: one per pixel would keep the garbage collector busy.
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
  // Lung looks denser towards its base, where more of the body lies in the beam.
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
    // One tube above the carina, two diverging ones below it.
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

interface Band {
  readonly side: Side;
  /** Distances from the spine between which the bone runs. */
  readonly from: number;
  readonly to: number;
  readonly halfThickness: number;
  readonly density: number;
  /** Height of the bone's axis at a distance from the spine. */
  axis(distance: number): number;
}

const SIDES: readonly Side[] = [-1, 1];
const POSTERIOR_RIBS = 10;
const ANTERIOR_RIBS = 6;

/** Draws ribs, clavicles and the inner edge of the shoulder blades over the tissue. */
export function drawBones(canvas: Canvas, anatomy: Anatomy, lungs: Lungs): void {
  const { ribs } = anatomy;
  for (const side of SIDES) {
    for (let rib = 0; rib < POSTERIOR_RIBS; rib++) {
      const start = ribs.first + rib * ribs.spacing;
      const reach = lungs.lateral(start + ribs.drop) + 0.6;
      const drop = ribs.drop * (0.75 + 0.05 * rib);
      const posterior: Band = {
        side,
        from: 1.6,
        to: reach,
        halfThickness: ribs.halfThickness,
        density: ribs.density,
        axis: (d) => start - 0.5 * sin((Math.PI * d) / reach) + drop * (d / reach) ** 2.6,
      };
      drawBand(canvas, posterior);
      if (rib < ANTERIOR_RIBS) {
        // The anterior part of the same rib runs down towards the sternum, until it turns to cartilage.
        const end = start + drop;
        drawBand(canvas, {
          side,
          from: 5.2,
          to: reach,
          halfThickness: ribs.halfThickness * 1.15,
          density: ribs.density * 0.6,
          axis: (d) => end + 6.2 * (1 - d / reach) ** 0.8,
        });
      }
    }
    drawBand(canvas, {
      side,
      from: 1.7,
      to: 20,
      halfThickness: 0.7,
      density: 0.13,
      axis: (d) => 5.3 - anatomy.clavicleRise * smoothstep(1.5, 17, d) + 0.5 * sin(d / 2.4),
    });
    drawBand(canvas, {
      side,
      from: 12.6,
      to: 17.5,
      halfThickness: 1,
      density: 0.05,
      axis: (d) => 6 + (17.5 - d) * 2.1,
    });
  }
}

/** Adds one bone, column by column; like cortical bone, its edges are denser than its middle. */
function drawBand(canvas: Canvas, band: Band): void {
  const first = ceil(columnOf(canvas, band.side > 0 ? band.from : -band.to));
  const last = floor(columnOf(canvas, band.side > 0 ? band.to : -band.from));
  for (let column = max(0, first); column <= min(canvas.width - 1, last); column++) {
    const distance = abs(xOf(canvas, column));
    const slope = (band.axis(distance + 0.1) - band.axis(distance - 0.1)) / 0.2;
    const half = band.halfThickness * sqrt(1 + min(slope * slope, 9));
    const centre = rowOf(canvas, band.axis(distance));
    const ends =
      smoothstep(band.from, band.from + 1.5, distance) * smoothstep(band.to, band.to - 0.6, distance);
    const reach = half * canvas.resolution;
    for (let row = ceil(centre - reach); row <= centre + reach; row++) {
      if (row < 0 || row >= canvas.height) continue;
      const offset = abs(row - centre) / reach;
      const profile = (1 - offset ** 6) * (0.7 + 0.3 * offset * offset);
      const i = row * canvas.width + column;
      // Nothing is drawn outside the body.
      const behind = canvas.density[i]!;
      if (behind > 0.05)
        canvas.density[i] = behind + band.density * ends * profile * smoothstep(0.9, 0.35, behind);
    }
  }
}

const HILUM = { x: 4.3, y: 15.2 };
const TRUNKS = 13;
const STEP = 0.3;

/** Draws the pulmonary vessels: trunks that leave each hilum, fork and taper towards the chest wall. */
export function drawVessels(canvas: Canvas, rng: Rng): void {
  for (const side of [-1, 1] as const) {
    drawHilum(canvas, side);
    for (let trunk = 0; trunk < TRUNKS; trunk++) {
      // A fan from steeply up to steeply down, slightly irregular.
      const angle = -1.25 + (2.65 * (trunk + rng.uniform())) / TRUNKS;
      drawBranch(canvas, rng, side, {
        x: HILUM.x + 0.9 * cos(angle) + 0.5 * (rng.uniform() - 0.5),
        y: HILUM.y + 1.8 * sin(angle) + 0.5 * (rng.uniform() - 0.5),
        angle,
        radius: 0.17 + 0.12 * rng.uniform(),
        forks: 2,
      });
    }
  }
}

function drawHilum(canvas: Canvas, side: Side): void {
  const x0 = side * (HILUM.x - 0.4);
  const y0 = HILUM.y + (side < 0 ? 0.6 : 0);
  const area = { left: x0 - 4, right: x0 + 4, top: y0 - 5, bottom: y0 + 5 };
  forEachPoint(canvas, area, (i, x, y) => {
    const squared = ((x - x0) / 1.5) ** 2 + ((y - y0) / 2.1) ** 2;
    canvas.density[i]! += 0.11 * exp(-squared) * canvas.lung[i]!;
  });
}

interface Branch {
  readonly x: number;
  readonly y: number;
  readonly angle: number;
  readonly radius: number;
  readonly forks: number;
}

function drawBranch(canvas: Canvas, rng: Rng, side: Side, branch: Branch): void {
  let { x, y, angle, radius } = branch;
  const length = 3 + 5 * rng.uniform();
  for (let travelled = 0; travelled < length; travelled += STEP) {
    stamp(canvas, side * x, y, radius);
    x += cos(angle) * STEP;
    y += sin(angle) * STEP;
    angle += 0.35 * (rng.uniform() - 0.5);
    radius *= 0.97;
  }
  for (let fork = 0; fork < branch.forks; fork++) {
    const turn = (fork === 0 ? 1 : -1) * (0.2 + 0.4 * rng.uniform());
    drawBranch(canvas, rng, side, {
      x,
      y,
      angle: angle + turn,
      radius: radius * 0.8,
      forks: branch.forks - 1,
    });
  }
}

function stamp(canvas: Canvas, x0: number, y0: number, radius: number): void {
  const reach = radius * 2;
  forEachPoint(
    canvas,
    { left: x0 - reach, right: x0 + reach, top: y0 - reach, bottom: y0 + reach },
    (i, x, y) => {
      const squared = ((x - x0) ** 2 + (y - y0) ** 2) / (radius * radius);
      canvas.density[i]! += 0.32 * radius * exp(-squared) * canvas.lung[i]! ** 2;
    },
  );
}
