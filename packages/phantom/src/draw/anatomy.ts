import type { Rng } from "@covidxr/core";
import { smoothstep } from "./canvas.js";

const { exp, max, min } = Math;

/** What a patient's radiographs have in common. Lengths in centimetres, densities as in Canvas. */
export interface Anatomy {
  /** Size of the whole chest, 1 for the average adult. */
  readonly size: number;
  /** Half width of the torso below the arms. */
  readonly torso: number;
  /** Distance from the spine to the outer edge of the lung, at its widest. */
  readonly lungWidth: number;
  /** Height of the lung apex. */
  readonly apex: number;
  /** Highest point of the diaphragm, at full inspiration. */
  readonly diaphragm: number;
  /** How much lower the dome on the image's right (the patient's left) is. */
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

/** Draws an anatomy. Nothing in it depends on the finding. */
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

/** Side in the image: -1 left (the patient's right lung), 1 right. */
export type Side = -1 | 1;

export function sideOf(x: number): Side {
  return x < 0 ? -1 : 1;
}

/** Outlines of the lungs in centimetres; distances are measured from the spine on either side. */
export interface Lungs {
  readonly apex: number;
  lateral(y: number): number;
  medial(y: number, side: Side): number;
  base(distance: number, side: Side): number;
}

const APEX_DISTANCE = 5.4;

/** @param inspiration Downward shift of the diaphragm in this radiograph. */
export function lungOutlines(anatomy: Anatomy, inspiration: number): Lungs {
  const { apex, lungWidth } = anatomy;
  const dome = anatomy.diaphragm + inspiration;
  const depth = (y: number) => min(1, max(0, (y - apex) / (dome + 3.5 - apex)));
  return {
    apex,
    lateral: (y) => {
      const t = depth(y);
      const wall = APEX_DISTANCE + (lungWidth - APEX_DISTANCE) * (1 - (1 - t) ** 2.3) ** 0.62;
      return wall - 0.7 * smoothstep(0.75, 1, t);
    },
    medial: (y, side) => 2.5 + (APEX_DISTANCE - 2.5) * exp(-depth(y) * 11) + (side > 0 ? 0.25 : 0),
    base: (distance, side) => {
      const u = (distance - lungWidth * 0.55) / (lungWidth * 0.45);
      return (
        dome +
        (side > 0 ? anatomy.domeOffset * smoothstep(0.5, 4, distance) : 0) +
        (u > 0 ? 4.2 * u ** 2.4 : 0.3 * u * u)
      );
    },
  };
}

/** Outlines at one point: what {@link Lungs} gives for its row and column. */
export interface LungEdges {
  readonly apex: number;
  readonly lateral: number;
  readonly medial: number;
  readonly base: number;
}

/** Share of a point that is aerated lung, 0 to 1, with edges as soft as a radiograph's. */
export function lungShare(distance: number, y: number, edges: LungEdges): number {
  if (y < edges.apex || y > edges.base + 0.1 || distance > edges.lateral + 0.1) return 0;
  const lateral = smoothstep(-0.1, 0.9, edges.lateral - distance);
  const medial = smoothstep(-0.4, 0.8, distance - edges.medial);
  const base = smoothstep(-0.1, 0.5, edges.base - y);
  return lateral * medial * base * smoothstep(0, 1, y - edges.apex);
}
