import type { Plotting } from "./chart.js";

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
