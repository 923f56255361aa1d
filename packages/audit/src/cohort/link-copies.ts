import type { CopyPair } from "../copies/copy-pair.js";
import { DisjointSets } from "./disjoint-sets.js";
import { groupBy } from "./group-by.js";

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
