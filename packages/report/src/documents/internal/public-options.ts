import { win32 } from "node:path";
import type { RunRecord } from "../../run/run-record.js";

/** Options that name places on one machine, or say nothing of what was computed. */
const OF_ONE_MACHINE: ReadonlySet<string> = new Set(["study", "cache", "output", "organize", "resume"]);

/**
 * A run's options as a document for others shows them: without folders of the machine that it ran on; of any other
 * absolute path, the last part (`win32` reads both kinds of slashes).
 */
export function publicOptions({ options }: RunRecord): [name: string, value: unknown][] {
  return Object.entries(options)
    .filter(([name, value]) => !OF_ONE_MACHINE.has(name) && value !== undefined)
    .map(([name, value]) => [
      name,
      typeof value === "string" && win32.isAbsolute(value) ? win32.basename(value) : value,
    ]);
}
