import type { Anatomy } from "./anatomy.js";
import { type Canvas, columnOf, rowOf, xOf } from "./canvas.js";
import type { Lungs, Side } from "./lungs.js";
import { smoothstep } from "./shapes.js";

const { abs, ceil, floor, max, min, sin, sqrt } = Math;

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
        // The front of the same rib runs back towards the sternum, and downwards, until it turns to cartilage.
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

/** Adds one bone, column by column; its edges are denser than its middle, as cortical bone is. */
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
