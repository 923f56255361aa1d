import type { Rng } from "@covidxr/core";
import { type Canvas, forEachPoint } from "./canvas.js";
import type { Side } from "./lungs.js";

const { cos, exp, sin } = Math;

const HILUM = { x: 4.3, y: 15.2 };
const TRUNKS = 13;
const STEP = 0.3;

/** Draws the lungs' vessels: trunks that leave each hilum, fork and thin out towards the chest wall. */
export function drawVessels(canvas: Canvas, rng: Rng): void {
  for (const side of [-1, 1] as const) {
    drawHilum(canvas, side);
    for (let trunk = 0; trunk < TRUNKS; trunk++) {
      // A fan from steeply up to steeply down, with a little disorder.
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
