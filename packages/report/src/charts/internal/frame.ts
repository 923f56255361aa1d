import type { PlotOptions } from "@observablehq/plot";

/** Width of every chart's view box: a phone's. Pages scale it. */
export const CHART_WIDTH = 380;

export interface FrameMargins {
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly left: number;
}

/** The area of a chart that data is drawn in, with its two linear scales. Pixels count from the top left corner. */
export interface Frame {
  /** Edges in pixels. */
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly left: number;
  readonly height: number;
  readonly xDomain: readonly [number, number];
  readonly yDomain: readonly [number, number];
  /** What Plot is to be told about it. */
  readonly options: PlotOptions;
  pixelX(value: number): number;
  pixelY(value: number): number;
  /** The value at a pixel, so that a label can be placed by pixels. */
  valueX(pixel: number): number;
  valueY(pixel: number): number;
}

/**
 * @param y Values at the lower and at the upper edge; omitted, y is in pixels.
 */
export function createFrame(
  height: number,
  margins: FrameMargins,
  x: readonly [number, number],
  y?: readonly [number, number],
): Frame {
  const { top, left } = margins;
  const right = CHART_WIDTH - margins.right;
  const bottom = height - margins.bottom;
  const [x0, x1] = x;
  const [y0, y1] = y ?? [bottom, top];
  return {
    top,
    right,
    bottom,
    left,
    height,
    xDomain: [x0, x1],
    yDomain: [y0, y1],
    options: {
      width: CHART_WIDTH,
      height,
      marginTop: margins.top,
      marginRight: margins.right,
      marginBottom: margins.bottom,
      marginLeft: margins.left,
      x: { type: "linear", domain: [x0, x1], axis: null },
      y: { type: "linear", domain: [y0, y1], axis: null },
    },
    pixelX: (value) => left + ((value - x0) / (x1 - x0)) * (right - left),
    pixelY: (value) => bottom - ((value - y0) / (y1 - y0)) * (bottom - top),
    valueX: (pixel) => x0 + ((pixel - left) / (right - left)) * (x1 - x0),
    valueY: (pixel) => y0 + ((bottom - pixel) / (bottom - top)) * (y1 - y0),
  };
}
