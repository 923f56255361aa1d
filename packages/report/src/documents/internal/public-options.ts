import { win32 } from "node:path";
import type { RunRecord } from "../../run/run-record.js";

/**
 * A run's settings as a document for others shows them, with the name of its weights: of an absolute path, the last part
 * (`win32` reads both kinds of slashes).
 */
export function publicOptions({ settings, place }: RunRecord): [name: string, value: unknown][] {
  return Object.entries({ ...settings, weights: settings.weights ?? place.weights })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [
      name,
      typeof value === "string" && win32.isAbsolute(value) ? win32.basename(value) : value,
    ]);
}
