const { max, min, sqrt } = Math;

/** 0 below `from`, 1 above `to`, smooth between. */
export function smoothstep(from: number, to: number, x: number): number {
  const t = min(1, max(0, (x - from) / (to - from)));
  return t * t * (3 - 2 * t);
}

/** How far inside an ellipse a point lies: 1 at its centre, 0 on its edge, negative outside. */
export function insideEllipse(
  x: number,
  y: number,
  ellipse: { x: number; y: number; radiusX: number; radiusY: number; tilt: number },
): number {
  const cos = ellipse.tilt === 0 ? 1 : Math.cos(ellipse.tilt);
  const sin = ellipse.tilt === 0 ? 0 : Math.sin(ellipse.tilt);
  const dx = x - ellipse.x;
  const dy = y - ellipse.y;
  const u = (dx * cos + dy * sin) / ellipse.radiusX;
  const v = (dy * cos - dx * sin) / ellipse.radiusY;
  return 1 - sqrt(u * u + v * v);
}
