import type { RunRecord } from "../../run/run-record.js";

/** Height and width of the network's input in pixels, of a run that names them; else null. */
export function inputSize({ settings }: RunRecord): { height: number; width: number } | null {
  const { height, width } = settings;
  return typeof height === "number" && typeof width === "number" ? { height, width } : null;
}
