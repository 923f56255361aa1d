import { InvalidArgumentError, type Rng } from "@covidxr/core";
import type { Lungs, Side } from "./anatomy.js";
import { type Canvas, type Field, forEachPoint, insideEllipse, smoothField, smoothstep } from "./canvas.js";

const { abs, max, sin } = Math;

/** Strength of ground-glass opacities. */
export type Opacity = "marked" | "faint";

/** Density added at the centre of a ground-glass opacity. Healthy lung has about 0.2, soft tissue 0.55. */
const GROUND_GLASS = { marked: 0.32, faint: 0.09 } as const;
const CONSOLIDATION = 0.27;

export function checkOpacity(opacity: string): void {
  if (!Object.hasOwn(GROUND_GLASS, opacity)) {
    throw new InvalidArgumentError({
      parameter: "opacity",
      value: opacity,
      message: `expected one of ${Object.keys(GROUND_GLASS).join(", ")}, got ${opacity}`,
    });
  }
}

/**
 * Ground-glass opacities of COVID-19 as described on plain radiographs: hazy, patchy, bilateral, peripheral, mostly in
 * the middle and lower zones (Wong et al., Radiology 2020; 296: E72). Vessels and ribs stay visible through them.
 */
export function drawGroundGlass(canvas: Canvas, lungs: Lungs, rng: Rng, opacity: Opacity): void {
  const texture = smoothField(rng, 2.2, 2);
  const strength = GROUND_GLASS[opacity];
  for (const side of [-1, 1] as const) {
    const patches = 3 + rng.integer(3);
    // Each patch has its own part of the lung's height, so that patches do not pile up.
    const order = rng.permutation(patches);
    for (let patch = 0; patch < patches; patch++) {
      const y = 11 + (14 * (order[patch]! + rng.uniform())) / patches;
      const distance = lungs.lateral(y) - 1.8 - 3.4 * rng.uniform();
      const ellipse = {
        x: side * distance,
        y,
        radiusX: 3 + 1.6 * rng.uniform(),
        radiusY: 2.8 + 2 * rng.uniform(),
        tilt: rng.uniform() * Math.PI,
      };
      addHaze(canvas, ellipse, strength * (0.7 + 0.3 * rng.uniform()), texture);
    }
  }
}

function addHaze(
  canvas: Canvas,
  ellipse: { x: number; y: number; radiusX: number; radiusY: number; tilt: number },
  strength: number,
  texture: Field,
): void {
  const reach = 1.5 * max(ellipse.radiusX, ellipse.radiusY);
  const area = {
    left: ellipse.x - reach,
    right: ellipse.x + reach,
    top: ellipse.y - reach,
    bottom: ellipse.y + reach,
  };
  forEachPoint(canvas, area, (i, x, y) => {
    if (canvas.lung[i] === 0) return;
    const grain = texture(x, y);
    const share = smoothstep(-0.2, 0.6, insideEllipse(x, y, ellipse) + 0.35 * grain);
    const target = strength * share * (0.9 + 0.2 * grain) * canvas.lung[i]!;
    // Overlapping patches saturate below soft tissue: ground glass never hides vessels.
    canvas.density[i]! += target * max(0, 1 - max(0, canvas.density[i]! - 0.25) / 0.4);
  });
}

/** Lobar consolidation of a bacterial pneumonia: one side, one lobe, dense, with a sharp edge at the fissure. */
export function drawLobarConsolidation(canvas: Canvas, lungs: Lungs, rng: Rng): void {
  const side: Side = rng.uniform() < 0.5 ? -1 : 1;
  const texture = smoothField(rng, 3, 2);
  const upper = rng.uniform() < 0.5;
  const fissure = upper ? 12.5 + 2 * rng.uniform() : 18 + 2.5 * rng.uniform();
  const fade = upper ? fissure - 7 : fissure + 7.5;
  const strength = CONSOLIDATION * (0.85 + 0.3 * rng.uniform());
  const area = {
    left: side < 0 ? -16 : 0,
    right: side < 0 ? 0 : 16,
    top: lungs.apex,
    bottom: 34,
  };
  forEachPoint(canvas, area, (i, x, y) => {
    if (canvas.lung[i] === 0) return;
    const edge = fissure + 0.06 * abs(x) + 0.1 * sin(x);
    const sharp = upper ? smoothstep(0.25, -0.25, y - edge) : smoothstep(-0.25, 0.25, y - edge);
    const soft = upper ? smoothstep(fade - 3, fade + 3, y) : smoothstep(fade + 3, fade - 3, y);
    canvas.density[i]! += strength * sharp * soft * (1 + 0.12 * texture(x, y)) * canvas.lung[i]!;
  });
}
