import type { PlotOptions } from "@observablehq/plot";

/** What charts are drawn with: Observable Plot and a document that it makes its elements in. */
export interface Plotting {
  readonly plot: typeof import("@observablehq/plot");
  readonly document: NonNullable<PlotOptions["document"]>;
}

let loaded: Promise<Plotting> | undefined;

/**
 * Loads Observable Plot and a document for it (linkedom; no browser), once for all charts.
 *
 * Plot is an ES module only, hence a dynamic import: CommonJS callers can use this too.
 */
export function loadPlotting(): Promise<Plotting> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<Plotting> {
  const [plot, { parseHTML }] = await Promise.all([import("@observablehq/plot"), import("linkedom")]);
  const { document } = parseHTML("<!doctype html><html><body></body></html>");
  return { plot, document };
}
