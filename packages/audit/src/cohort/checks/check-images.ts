import { DisjointSets, groupBy, plural } from "@covidxr/core/internal";
import type { CohortRow } from "@covidxr/dataset/cohort";
import type { CopyPair } from "../../copies/find-copies.js";
import { HASH_BITS } from "../../copies/hash.js";
import { enumerate, type Finding } from "../../findings.js";
import { nameFiles, nameOneSplit, splitNames, splitsOf } from "../rows.js";

/**
 * Finds different files that show the same image, such as rescaled or mirrored copies. Files with identical bytes are left
 * to {@link checkFiles}.
 *
 * Files that are copies, directly or through others, count as one image. Across splits this is a leak, within one (or
 * without splits) an issue; each item is a pair with its splits and its similarity. Files whose rows are all marked
 * `duplicate` are not in use, but still relate others: where such a file is a copy of two others, these show one image,
 * and the item names the file that relates them.
 *
 * @param copies Pairs by path; those of kind `file` only say which files belong together.
 */
export function checkImages(rows: readonly CohortRow[], copies: readonly CopyPair[]): Finding[] {
  const active = groupBy(
    rows.filter(({ status }) => status !== "duplicate"),
    ({ path }) => path,
  );
  const nameOf = nameFiles(rows);
  const rowsOf = ({ paths }: SharedImage): CohortRow[] => paths.flatMap((path) => active.get(path)!);
  const report = (severity: "leak" | "issue", images: readonly SharedImage[]): Finding[] => {
    if (images.length === 0) return [];
    const links = images.flatMap((image) => image.links);
    const files = images.reduce((sum, image) => sum + image.files, 0);
    const involved = images.flatMap(rowsOf);
    const where =
      severity === "leak" ? `across splits (${splitNames(involved)})` : `within ${nameOneSplit(involved)}`;
    return [
      {
        check: "images",
        severity,
        summary:
          `${plural(images.length, "image appears", "images appear")} in ` +
          `${plural(files, "different file")} ${where}${disagreements(links, active)}.`,
        items: links.map((link) => describe(link, active, nameOf)),
      },
    ];
  };
  const images = linkCopies(copies, (path) => active.has(path));
  const isLeak = (image: SharedImage): boolean => splitsOf(rowsOf(image)).length > 1;
  return [
    ...report("leak", images.filter(isLeak)),
    ...report(
      "issue",
      images.filter((image) => !isLeak(image)),
    ),
  ];
}

type Rows = ReadonlyMap<string, readonly CohortRow[]>;

function classesDiffer({ first, second }: CopyLink, rows: Rows): boolean {
  return rows.get(first)![0]!.label !== rows.get(second)![0]!.label;
}

/** Whether both patients are known and different. */
function patientsDiffer({ first, second }: CopyLink, rows: Rows): boolean {
  const one = rows.get(first)![0]!.patientId;
  const other = rows.get(second)![0]!.patientId;
  return one !== null && other !== null && one !== other;
}

function disagreements(links: readonly CopyLink[], rows: Rows): string {
  const classes = links.filter((link) => classesDiffer(link, rows)).length;
  const patients = links.filter((link) => patientsDiffer(link, rows)).length;
  const parts = [
    ...(classes > 0 ? [`classes differ in ${plural(classes, "pair")}`] : []),
    ...(patients > 0 ? [`patients differ in ${plural(patients, "pair")}`] : []),
  ];
  return parts.length === 0 ? "" : `; ${parts.join(", ")}`;
}

function describe(link: CopyLink, rows: Rows, nameOf: (path: string) => string): string {
  const file = (path: string): string => `${nameOf(path)} (${splitNames(rows.get(path)!)})`;
  const parts = [
    ...howNear(link, nameOf),
    ...(classesDiffer(link, rows) ? ["classes differ"] : []),
    ...(patientsDiffer(link, rows) ? ["patients differ"] : []),
  ];
  return `${file(link.first)} and ${file(link.second)}: ${parts.join(", ")}`;
}

function howNear({ pair, by }: CopyLink, nameOf: (path: string) => string): string[] {
  if (pair === null) {
    const left = by.length === 1 ? "marked as a duplicate" : "marked as duplicates";
    return [`related through ${enumerate(by.map(nameOf))} (${left})`];
  }
  return [
    ...(pair.kind === "pixels" ? ["identical pixels"] : []),
    `distance ${pair.distance} of ${HASH_BITS} bits`,
    `correlation ${pair.correlation.toFixed(3)}`,
    ...(pair.mirrored ? ["mirrored"] : []),
    ...(pair.crop === null
      ? []
      : [`the ${pair.crop.of} is a crop of the ${pair.crop.of === "first" ? "second" : "first"}`]),
  ];
}

/** Two files in use that show the same image. */
export interface CopyLink {
  readonly first: string;
  readonly second: string;
  /** Their comparison; null where they are only related through other files. */
  readonly pair: CopyPair | null;
  /** Files not in use that relate the two, from the first to the second; none where there is a pair. */
  readonly by: readonly string[];
}

/** An image that appears in several files in use. */
export interface SharedImage {
  /** Paths in use that show it, including those with identical bytes. */
  readonly paths: readonly string[];
  /** Number of them with different bytes, 2 or more. */
  readonly files: number;
  /** Links that connect all files with different bytes: pairs in their order, then links through other files. */
  readonly links: readonly CopyLink[];
}

/**
 * Images that appear in several files in use, through copies and copies of copies. A file not in use can connect others:
 * where it is a copy of two files in use, these show one image.
 *
 * @param copies Pairs by path; those of kind `file` say which files are identical, and give no link.
 * @param isUsed Whether a path is in use.
 */
export function linkCopies(copies: readonly CopyPair[], isUsed: (path: string) => boolean): SharedImage[] {
  const images = new DisjointSets();
  const bytes = new DisjointSets();
  for (const { first, second, kind } of copies) {
    images.join(first, second);
    if (kind === "file") bytes.join(first, second);
  }
  return [...groupBy(copies, ({ first }) => images.find(first)).values()].flatMap((pairs) => {
    const neighbours = neighboursIn(pairs);
    const paths = [...neighbours.keys()].filter(isUsed);
    const files = groupBy(paths, (path) => bytes.find(path));
    if (files.size < 2) return [];
    const joined = new DisjointSets();
    for (const same of files.values()) for (const path of same) joined.join(same[0]!, path);
    const links: CopyLink[] = [];
    for (const pair of pairs) {
      const { first, second, kind } = pair;
      if (kind === "file" || !isUsed(first) || !isUsed(second)) continue;
      joined.join(first, second);
      links.push({ first, second, pair, by: [] });
    }
    for (;;) {
      const reached = paths.filter((path) => joined.find(path) === joined.find(paths[0]!));
      if (reached.length === paths.length) return { paths, files: files.size, links };
      const way = shortestPath(new Set(reached), neighbours, isUsed);
      const [first, second] = [way[0]!, way.at(-1)!];
      joined.join(first, second);
      links.push({ first, second, pair: null, by: way.slice(1, -1) });
    }
  });
}

/** Copies of each file, in the order of the pairs. */
function neighboursIn(pairs: readonly CopyPair[]): Map<string, string[]> {
  const neighbours = new Map<string, string[]>();
  const add = (from: string, to: string): void => {
    const known = neighbours.get(from);
    if (known === undefined) neighbours.set(from, [to]);
    else known.push(to);
  };
  for (const { first, second } of pairs) {
    add(first, second);
    add(second, first);
  }
  return neighbours;
}

/** Path from one of the reached files through files not in use to the nearest other one in use, both ends included. */
function shortestPath(
  reached: ReadonlySet<string>,
  neighbours: ReadonlyMap<string, readonly string[]>,
  isUsed: (path: string) => boolean,
): string[] {
  const before = new Map<string, string | null>(Array.from(reached, (path) => [path, null]));
  // Breadth first; the copies of an image are connected, so there is one.
  const queue = [...reached];
  let place = 0;
  for (; reached.has(queue[place]!) || !isUsed(queue[place]!); place++) {
    for (const next of neighbours.get(queue[place]!)!) {
      if (before.has(next)) continue;
      before.set(next, queue[place]!);
      queue.push(next);
    }
  }
  const way: string[] = [];
  for (let at: string | null = queue[place]!; at !== null; at = before.get(at)!) way.unshift(at);
  return way;
}
