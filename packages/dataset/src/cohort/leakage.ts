import { InvalidArgumentError, type Leak, LeakageError } from "@covidxr/core";
import { checkArguments, type LeakKind, showControls } from "@covidxr/core/internal";
import { joinPath } from "../paths.js";
import { normalPatientId } from "./patient-id.js";

/** Identity of an image, as far as it matters to leaks between splits. Rows of a cohort have it. */
export interface ImageIdentity {
  /** Path or other name of the file; one file, one path. */
  readonly path: string;
  /** Patient, unique over all sources; `null` when unknown. */
  readonly patientId: string | null;
  /** Name of an image that several files may show, such as a digest of its pixels. @defaultValue unknown */
  readonly imageId?: string;
}

/** Paths of the images that share something, by split. */
type Sharers = Map<string, Set<string>>;

/** What is shared: its name as it was first written, and who shares it. */
interface Shared {
  readonly name: string;
  readonly sharers: Sharers;
}

/**
 * Finds what splits share: a file, an image that appears in several files, or a patient.
 *
 * A file in two splits is listed once, as a file: its image or patient is a further leak only where another file of
 * that image or patient is involved. Unknown patients and images are not shared. A file that appears twice in a split
 * counts once. Patients are compared as they look: `7.0` is `7`, blanks and Unicode forms do not matter; paths without `.` and
 * `..`. Time is linear in the number of images.
 *
 * @param split Images by name of the split, such as `{ train, test }`; a split may be empty.
 * @returns Files, then images, then patients, each in the order of the images; empty when nothing is shared.
 * @throws {InvalidArgumentError} on fewer than two splits, and on an empty path, patient or `imageId`, which would relate
 * unrelated images.
 */
export function findLeakage(split: Readonly<Record<string, readonly ImageIdentity[]>>): Leak[] {
  checkArguments({ split }, { split: "object" });
  const names = Object.keys(split);
  if (names.length < 2) {
    throw new InvalidArgumentError({
      parameter: "split",
      value: names,
      message: `expected at least two splits to compare, got ${names.length}; name the images of each`,
    });
  }
  const files = new Map<string, Shared>();
  const shownImages = new Map<string, Shared>();
  const patients = new Map<string, Shared>();
  for (const [name, images] of Object.entries(split)) {
    checkArguments({ [name]: images }, { [name]: "objects" });
    for (const [place, image] of images.entries()) {
      checkIdentity(image, place, name);
      const { path, patientId, imageId } = image;
      add(files, pathKey(path), path, name, path);
      if (imageId !== undefined) add(shownImages, imageId, imageId, name, path);
      if (patientId !== null) add(patients, normalPatientId(patientId), patientId, name, path);
    }
  }
  return [...leaksOf("file", files), ...leaksOf("image", shownImages), ...leaksOf("patient", patients)];
}

/** One name for `./a.png`, `b/../a.png` and `a.png`. */
function pathKey(path: string): string {
  const root = path.startsWith("/") ? "/" : "";
  return root + joinPath(path.normalize("NFC"));
}

function add(groups: Map<string, Shared>, key: string, name: string, split: string, path: string): void {
  const { sharers } = groups.get(key) ?? groups.set(key, { name, sharers: new Map() }).get(key)!;
  sharers.set(split, (sharers.get(split) ?? new Set()).add(path));
}

function leaksOf(kind: LeakKind, groups: ReadonlyMap<string, Shared>): Leak[] {
  const leaks: Leak[] = [];
  for (const { name, sharers } of groups.values()) {
    if (sharers.size < 2) continue;
    const images = [...sharers].flatMap(([split, paths]) => Array.from(paths, (path) => ({ split, path })));
    // Several splits with one path between them are a leak of that file, and known as such.
    if (kind !== "file" && images.every(({ path }) => pathKey(path) === pathKey(images[0]!.path))) continue;
    leaks.push({ kind, name, images });
  }
  return leaks;
}

function checkIdentity({ path, patientId, imageId }: ImageIdentity, place: number, split: string): void {
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
  if (imageId !== undefined && (typeof imageId !== "string" || imageId === "")) {
    refuse("the name of an image", imageId, ", or none");
  }
}

/** Leaks that the message names; the error has all of them. */
const NAMED = 3;

/**
 * Asserts that splits are independent: metrics on a split whose patients or images were trained on are too optimistic.
 *
 * @param split Images by name of the split; see {@link findLeakage}.
 * @throws {LeakageError} with everything that the splits share. Its message is one line: control characters in
 * names are escaped as in JSON; `leaks` has the names unchanged.
 * @throws {InvalidArgumentError} as {@link findLeakage}.
 *
 * @example
 * ```ts
 * import { LeakageError } from "@covidxr/core";
 * import { assertNoLeakage } from "@covidxr/dataset";
 *
 * try {
 *   assertNoLeakage({
 *     train: [{ path: "a.png", patientId: "1" }],
 *     test: [{ path: "b.png", patientId: "1" }],
 *   });
 * } catch (error) {
 *   if (error instanceof LeakageError) console.log(error.leaks[0]?.kind, error.leaks[0]?.name);
 * } // patient 1
 * ```
 */
export function assertNoLeakage(split: Readonly<Record<string, readonly ImageIdentity[]>>): void {
  const leaks = findLeakage(split);
  if (leaks.length === 0) return;
  const named = leaks.slice(0, NAMED).map(describeLeak);
  if (leaks.length > NAMED) named.push(`and ${leaks.length - NAMED} more`);
  throw new LeakageError({
    leaks,
    message:
      `expected splits that share no patient, file or image, got ${leaks.length} ` +
      `${leaks.length === 1 ? "leak" : "leaks"}: ${named.join(", ")}; ` +
      "split by patient and remove copies, or allow leakage on purpose",
  });
}

/** Such as `patient 7 in train (2 images) and test (1)`. */
function describeLeak({ kind, name, images }: Leak): string {
  const counts = new Map<string, number>();
  for (const { split } of images) counts.set(split, (counts.get(split) ?? 0) + 1);
  const places = Array.from(counts, ([split, count], i) => {
    if (kind === "file") return split;
    return `${split} (${count}${i > 0 ? "" : count === 1 ? " image" : " images"})`;
  });
  return showControls(`${kind} ${name} in ${places.slice(0, -1).join(", ")} and ${places.at(-1)}`);
}
