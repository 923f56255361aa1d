import { parse } from "node:path";
import { type LungMasks, openLungMasks } from "@covidxr/audit";
import { InvalidArgumentError } from "@covidxr/core";
import type { CohortRow } from "@covidxr/dataset";
import type { AuditOptions } from "../run/options/audit-options.js";

/**
 * The lung masks that were asked for, before any long work: one for each used image.
 *
 * @throws {FileError} when there is no such folder.
 * @throws {InvalidArgumentError} when an image has no mask, or two images would share one.
 */
export async function openMasks(
  rows: readonly CohortRow[],
  { masks: folder, probes }: AuditOptions,
): Promise<LungMasks | undefined> {
  if (folder === undefined || probes === "none") return undefined;
  const masks = await openLungMasks(folder);
  const refuse = (message: string): never => {
    throw new InvalidArgumentError({ parameter: "masks", value: folder, message });
  };
  const paths = new Set(rows.filter(({ status }) => status === "used").map(({ path }) => path));
  const stems = new Set(masks.stems);
  const missing = [...paths].filter((path) => !stems.has(parse(path).name));
  if (missing.length > 0) {
    refuse(
      `expected a mask for each of ${paths.size} images, got none for ${missing.length}, such as ${missing[0]}; ` +
        "add them, or leave the flag out to cover all lungs with ellipses",
    );
  }
  const pathOf = new Map<string, string>();
  for (const path of paths) {
    const { name } = parse(path);
    const other = pathOf.get(name);
    if (other !== undefined)
      refuse(`expected a mask for each image, got one for both ${other} and ${path}; rename one`);
    pathOf.set(name, path);
  }
  return masks;
}
