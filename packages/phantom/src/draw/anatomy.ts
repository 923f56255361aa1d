import type { Rng } from "@covidxr/core";

/** What stays with a patient from one radiograph to the next. Lengths in centimetres, densities as in Canvas. */
export interface Anatomy {
  /** Size of the whole chest, 1 for the average adult. */
  readonly size: number;
  /** Half width of the torso below the arms. */
  readonly torso: number;
  /** Distance from the spine to the outer edge of the lung, at its widest. */
  readonly lungWidth: number;
  /** Height of the lung's tip. */
  readonly apex: number;
  /** Highest point of the diaphragm, at full inspiration. */
  readonly diaphragm: number;
  /** How much lower the dome on the image's right (the patient's left) stands. */
  readonly domeOffset: number;
  readonly heart: { x: number; y: number; radiusX: number; radiusY: number; tilt: number };
  readonly ribs: { first: number; spacing: number; drop: number; halfThickness: number; density: number };
  readonly clavicleRise: number;
  /** Sideways bend of the spine. */
  readonly spineBend: number;
  /** Density of healthy lung. */
  readonly lungDensity: number;
  /** Extra soft tissue over the lower chest. */
  readonly softTissue: number;
  readonly gastricBubble: boolean;
}

/** Chance and range of everything in {@link Anatomy}. No number depends on the finding. */
export function sampleAnatomy(rng: Rng): Anatomy {
  const between = (low: number, high: number) => low + (high - low) * rng.uniform();
  const heartSize = between(0.88, 1.12);
  return {
    size: between(0.93, 1.06),
    torso: between(16.6, 18.6),
    lungWidth: between(13.0, 14.6),
    apex: between(3.4, 4.8),
    diaphragm: between(25.6, 27.6),
    domeOffset: between(0.3, 1.4),
    heart: {
      x: between(2.6, 3.6),
      y: between(22.4, 23.4),
      radiusX: 6.9 * heartSize,
      radiusY: 5.0 * heartSize,
      tilt: between(0.45, 0.75),
    },
    ribs: {
      first: between(2.6, 3.6),
      spacing: between(2.55, 2.85),
      drop: between(3.2, 4.6),
      halfThickness: between(0.5, 0.64),
      density: between(0.075, 0.11),
    },
    clavicleRise: between(0.6, 2.6),
    spineBend: between(-0.5, 0.5),
    lungDensity: between(0.18, 0.22),
    softTissue: between(0, 0.05),
    gastricBubble: rng.uniform() < 0.6,
  };
}
