import { InvalidArgumentError, type Leak, type LeakKind } from "@covidxr/core";
import type { ImageIdentity } from "./image-identity.js";
import { showControls } from "./show-controls.js";

/** Paths of the images that share something, by split. */
type Sharers = Map<string, Set<string>>;

/**
 * Finds what splits share: a file, a picture that stands in several files, or a patient.
 *
 * A file that is in two splits is listed once, as a file: its picture or patient is a leak of its own only where another
 * file of that picture or patient is part of it. Images of unknown patient or picture share none. A file that stands twice
 * in a split counts once. Takes time in proportion to the images.
 *
 * @param split Images by name of the split, such as `{ train, test }`; a split may be empty.
 * @returns Files, then pictures, then patients, each in the order in which the images come; empty when nothing is shared.
 * @throws {InvalidArgumentError} on fewer than two splits, and on an empty path, patient or picture, which would tie together
 * images that have nothing in common.
 */
export function findLeakage(split: Readonly<Record<string, readonly ImageIdentity[]>>): Leak[] {
  const names = Object.keys(split);
  if (names.length < 2) {
    throw new InvalidArgumentError({
      parameter: "split",
      value: names,
      message: `expected at least two splits to compare, got ${names.length}; name the images of each`,
    });
  }
  const files = new Map<string, Sharers>();
  const pictures = new Map<string, Sharers>();
  const patients = new Map<string, Sharers>();
  for (const [name, images] of Object.entries(split)) {
    for (const [place, image] of images.entries()) {
      checkIdentity(image, place, name);
      const { path, patientId, picture } = image;
      add(files, path, name, path);
      if (picture !== undefined) add(pictures, picture, name, path);
      if (patientId !== null) add(patients, patientId, name, path);
    }
  }
  return [...leaksOf("file", files), ...leaksOf("picture", pictures), ...leaksOf("patient", patients)];
}

function add(groups: Map<string, Sharers>, shared: string, split: string, path: string): void {
  const sharers: Sharers = groups.get(shared) ?? new Map();
  groups.set(shared, sharers);
  const paths = sharers.get(split) ?? new Set();
  sharers.set(split, paths.add(path));
}

function leaksOf(kind: LeakKind, groups: ReadonlyMap<string, Sharers>): Leak[] {
  const leaks: Leak[] = [];
  for (const [name, sharers] of groups) {
    if (sharers.size < 2) continue;
    const images = [...sharers].flatMap(([split, paths]) => Array.from(paths, (path) => ({ split, path })));
    // Several splits with one path between them are a leak of that file, and known as such.
    if (kind !== "file" && images.every(({ path }) => path === images[0]!.path)) continue;
    leaks.push({ kind, name, images });
  }
  return leaks;
}

function checkIdentity({ path, patientId, picture }: ImageIdentity, place: number, split: string): void {
  const refuse = (field: string, value: unknown, otherwise: string): never => {
    throw new InvalidArgumentError({
      parameter: "split",
      value,
      message: `expected ${field}${otherwise}, got ${JSON.stringify(value)} for image ${place} of ${showControls(split)}`,
    });
  };
  if (typeof path !== "string" || path === "") refuse("a path", path, "");
  if (patientId !== null && (typeof patientId !== "string" || patientId === "")) {
    refuse("a patient", patientId, ", or null where none is known");
  }
  if (picture !== undefined && (typeof picture !== "string" || picture === "")) {
    refuse("the name of a picture", picture, ", or none");
  }
}
