import type { Anatomy } from "./anatomy.js";
import { smoothstep } from "./shapes.js";

const { exp, max, min } = Math;

/** Side in the image: -1 left (the patient's right lung), 1 right. */
export type Side = -1 | 1;

export function sideOf(x: number): Side {
  return x < 0 ? -1 : 1;
}

/** Outlines of the lungs in centimetres; distances are measured from the spine, whichever the side. */
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
