import type { LeftOut } from "./collection.js";

/** Counts what an adapter leaves out, by kind. */
export interface Tally {
  add(what: string, name: string): void;
  /** One entry for each kind, in the order of their first ones. */
  list(): LeftOut[];
}

const EXAMPLES = 3;

/** Kinds that several adapters know. */
export const LEFT_OUT = {
  macos: "what macOS adds (__MACOSX, .DS_Store, ._*)",
  hidden: "hidden files and folders",
  links: "links to folders, or to nothing",
  special: "what is neither file nor folder",
  noImages: "files that are no images (.jpg, .jpeg, .png)",
} as const;

/** A count that is empty. */
export function createTally(): Tally {
  const kinds = new Map<string, { count: number; examples: string[] }>();
  return {
    add(what, name) {
      const kind = kinds.get(what) ?? { count: 0, examples: [] };
      kind.count++;
      if (kind.examples.length < EXAMPLES) kind.examples.push(name);
      kinds.set(what, kind);
    },
    list: () =>
      Array.from(kinds, ([what, { count, examples }]) => ({ what, count, examples: [...examples] })),
  };
}
