import { posix } from "node:path";
import { isImageName } from "../paths.js";
import type { MetadataRecord } from "../records/record.js";
import type { Tally } from "./collection.js";

/**
 * Finds images by the names that a table gives, with or without an extension, anywhere among files. A name of no file, or of
 * several, keeps its place; those of several are counted, since nothing is guessed.
 *
 * @param files Paths relative to the collection's root, with `/`.
 * @param leftOut Counts the images that no record names.
 * @param remarks Counts names of several files.
 * @returns The records in their order, with the folder and name of their file.
 */
export function placeImages(
  records: readonly MetadataRecord[],
  files: readonly string[],
  { leftOut, remarks }: { readonly leftOut: Tally; readonly remarks: Tally },
): MetadataRecord[] {
  const images = files.filter((file) => isImageName(posix.basename(file)));
  const present = new Set(images);
  const places = new Map<string, string[]>();
  for (const image of images) {
    const { base, name } = posix.parse(image);
    for (const key of new Set([base, name])) places.set(key, [...(places.get(key) ?? []), image]);
  }
  const named = new Set<string>();
  const doubtful = new Set<string>();
  const placed = records.map((record) => {
    const path = posix.join(record.folder, record.filename);
    const [file, ...others] = present.has(path) ? [path] : (places.get(record.filename) ?? []);
    if (file === undefined) return record;
    for (const each of [file, ...others]) named.add(each);
    if (others.length > 0) {
      if (!doubtful.has(path)) remarks.add("names of several files, of which none is taken", record.filename);
      doubtful.add(path);
      return record;
    }
    return { ...record, folder: posix.dirname(file), filename: posix.basename(file) };
  });
  for (const image of images) if (!named.has(image)) leftOut.add("images that no row names", image);
  return placed;
}
