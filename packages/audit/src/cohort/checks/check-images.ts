import { DisjointSets, groupBy, plural } from "@covidxr/core/internal";
import type { CohortRow } from "@covidxr/dataset";
import type { CopyPair } from "../../copies/find-copies.js";
import { HASH_BITS } from "../../copies/hash.js";
import { enumerate, type Finding } from "../../findings.js";
import { nameFiles, nameOneSplit, splitNames, splitsOf } from "../rows.js";

/**
 * Different files that show one picture, such as a rescaled or mirrored copy. Files with the same bytes are
 * {@link checkFiles}'s, and not said again.
 *
 * Files that are copies of one another, directly or by others, count as one picture. Across splits it is a leak, within
 * one (or without any) a fault; each item is one pair, with its splits and how near the two are. Files whose rows are all
 * marked `duplicate` take no part, but what they tell of others holds: where such a file is a copy of two others, these
 * two are one picture, and the item names the file by way of which they are.
 *
 * @param copies Pairs by path; those of kind `file` only tell which files belong together.
 */
export function checkImages(rows: readonly CohortRow[], copies: readonly CopyPair[]): Finding[] {
  const active = groupBy(
    rows.filter(({ status }) => status !== "duplicate"),
    ({ path }) => path,
  );
  const nameOf = nameFiles(rows);
  const rowsOf = ({ paths }: SharedImage): CohortRow[] => paths.flatMap((path) => active.get(path)!);
  const report = (severity: "leak" | "issue", pictures: readonly SharedImage[]): Finding[] => {
    if (pictures.length === 0) return [];
    const links = pictures.flatMap((picture) => picture.links);
    const files = pictures.reduce((sum, picture) => sum + picture.files, 0);
    const involved = pictures.flatMap(rowsOf);
    const where = severity === "leak" ? `several splits (${splitNames(involved)})` : nameOneSplit(involved);
    return [
      {
        check: "images",
        severity,
        summary:
          `${plural(pictures.length, "picture")} ${pictures.length === 1 ? "stands" : "stand"} in ` +
          `${plural(files, "different file")} of ${where}${disagreements(links, active)}.`,
        items: links.map((link) => describe(link, active, nameOf)),
      },
    ];
  };
  const pictures = linkCopies(copies, (path) => active.has(path));
  const isLeak = (picture: SharedImage): boolean => splitsOf(rowsOf(picture)).length > 1;
  return [
    ...report("leak", pictures.filter(isLeak)),
    ...report(
      "issue",
      pictures.filter((picture) => !isLeak(picture)),
    ),
  ];
}

type Rows = ReadonlyMap<string, readonly CohortRow[]>;

function classesDiffer({ first, second }: CopyLink, rows: Rows): boolean {
  return rows.get(first)![0]!.label !== rows.get(second)![0]!.label;
}

/** Whether both patients are known, and are two. */
function patientsDiffer({ first, second }: CopyLink, rows: Rows): boolean {
  const one = rows.get(first)![0]!.patientId;
  const other = rows.get(second)![0]!.patientId;
  return one !== null && other !== null && one !== other;
}

function disagreements(links: readonly CopyLink[], rows: Rows): string {
  const classes = links.filter((link) => classesDiffer(link, rows)).length;
  const patients = links.filter((link) => patientsDiffer(link, rows)).length;
  const parts = [
    ...(classes > 0 ? [`${plural(classes, "pair")} with different classes`] : []),
    ...(patients > 0 ? [`${plural(patients, "pair")} with different patients`] : []),
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
    return [`copies by way of ${enumerate(by.map(nameOf))} (${left})`];
  }
  return [
    ...(pair.kind === "pixels" ? ["the same pixels in other bytes"] : []),
    `distance ${pair.distance} of ${HASH_BITS} bits`,
    `correlation ${pair.correlation.toFixed(3)}`,
    ...(pair.mirrored ? ["mirrored"] : []),
    ...(pair.crop === null
      ? []
      : [`the ${pair.crop.of} is a part of the ${pair.crop.of === "first" ? "second" : "first"}`]),
  ];
}

/** Two files in use that show one picture. */
export interface CopyLink {
  readonly first: string;
  readonly second: string;
  /** How the two were found to be copies; null where only files between them tell. */
  readonly pair: CopyPair | null;
  /** Files out of use by way of which the two are copies, from the first to the second; none where there is a pair. */
  readonly by: readonly string[];
}

/** A picture that stands in several files in use. */
export interface SharedImage {
  /** Paths in use that show it, those with the same bytes included. */
  readonly paths: readonly string[];
  /** How many of them differ in their bytes, 2 or more. */
  readonly files: number;
  /** Links that join all paths, but for those that the same bytes join: pairs in their order, then what goes by others. */
  readonly links: readonly CopyLink[];
}

/**
 * Pictures that stand in several files in use, by copies and copies of copies. A file out of use counts as a bridge: where
 * it is a copy of two files in use, these two show one picture.
 *
 * @param copies Pairs by path; those of kind `file` tell which files are one, and give no link.
 * @param isUsed Whether a path is in use.
 */
export function linkCopies(copies: readonly CopyPair[], isUsed: (path: string) => boolean): SharedImage[] {
  const pictures = new DisjointSets();
  const bytes = new DisjointSets();
  for (const { first, second, kind } of copies) {
    pictures.join(first, second);
    if (kind === "file") bytes.join(first, second);
  }
  return [...groupBy(copies, ({ first }) => pictures.find(first)).values()].flatMap((pairs) => {
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
      const way = shortestWay(new Set(reached), neighbours, isUsed);
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

/** From one of the reached files over files out of use to the nearest other one in use, both ends included. */
function shortestWay(
  reached: ReadonlySet<string>,
  neighbours: ReadonlyMap<string, readonly string[]>,
  isUsed: (path: string) => boolean,
): string[] {
  const before = new Map<string, string | null>(Array.from(reached, (path) => [path, null]));
  // Breadth first; the copies of a picture hang together, so that there is one.
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
