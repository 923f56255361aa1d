import { InvalidArgumentError } from "@covidxr/core";
import type { OptionKinds } from "@covidxr/core/internal";
import type { MetadataRecord } from "../records/record.js";
import type { TableReading } from "../tables/foreign-table.js";

/** Why an adapter left files or rows out. */
export interface LeftOut {
  /** What they are, such as `"volumes (CT, .nii.gz)"` or `"copies in a nested folder"`. */
  readonly what: string;
  readonly count: number;
  /** The first ones by name, at most three. */
  readonly examples: readonly string[];
  /** What is counted. @defaultValue files */
  readonly unit?: "rows";
}

/**
 * Images and what is known of them, as an adapter found them on disk. Whatever the shape of the folder, what comes
 * out is the same: records that {@link filterRecords}, {@link groupFindings} and {@link cohortFromRecords} take.
 */
export interface Collection {
  /** Name of the dataset; the rows' `source`. */
  readonly source: string;
  /** Folder that the records' `folder` and `filename` are relative to, absolute. */
  readonly root: string;
  /** One for each image, in an order that is the same on every machine. */
  readonly records: readonly MetadataRecord[];
  /**
   * Files found elsewhere than the dataset says, corrected in `records`, in their order: paths below `root`, with `/`.
   */
  readonly moved: readonly { readonly from: string; readonly to: string }[];
  /** What was seen and is not in `records`; empty when everything is. */
  readonly leftOut: readonly LeftOut[];
  /** What was read otherwise than it is written, such as cells that became missing. @defaultValue nothing */
  readonly remarks?: readonly Remark[];
  /**
   * How the collection's table was read, with each row that is left out. As many rows stand below its header as there are
   * records and rows left out.
   *
   * @defaultValue there is no table
   */
  readonly table?: TableReading;
}

/** Cells or rows of a table about which there is something to say, though they are read. */
export interface Remark {
  /** What they are, such as `"cells of column \"age\" that are no number, read as missing"`. */
  readonly what: string;
  readonly count: number;
  /** The first ones, at most three, such as `"? (line 12)"`. */
  readonly examples: readonly string[];
}

/** Facts about a whole dataset that its files do not state. */
export interface SourceOptions {
  /**
   * Name of the dataset; no two of a study may share it. Patients are named `<source>:<patient>`, so that two datasets
   * never share one.
   */
  readonly source?: string;
  /** Licence of all images. @defaultValue unknown */
  readonly license?: string;
  /** View of all images, such as `"PA"`. @defaultValue unknown */
  readonly view?: string;
  /** Modality of all images, such as `"X-ray"`. @defaultValue unknown */
  readonly modality?: string;
  readonly signal?: AbortSignal;
}

/** How {@link SourceOptions} are written. */
export const SOURCE: OptionKinds<SourceOptions> = {
  source: "string?",
  license: "string?",
  view: "string?",
  modality: "string?",
  signal: "object?",
};

/** Checks the name of a dataset, which must not be blank: it is part of every row and every patient. */
export function requireSource(source: string): string {
  if (typeof source === "string" && source.trim() !== "") return source;
  throw new InvalidArgumentError({
    parameter: "source",
    value: source,
    message: `expected the name of a dataset, got ${JSON.stringify(source)}; name it`,
  });
}

/** Words that name what was made from radiographs, or drawn on them. */
const DRAWING =
  /^(?:.*[ _-])?(?:masks?|heat[ _-]?maps?|segmentations?|seg|annotations?|grad[ _-]?cams?|saliency(?:[ _-]?maps?)?|overlays?|contours?|bounding[ _-]?(?:box|boxes)|bbox|ground[ _-]?truths?)(?:[ _-](?:png|images?|\d+))?$/i;

/** Whether a folder, or a file beside its image, holds masks, heat maps or annotations, as its name says. */
export function isDrawingName(name: string): boolean {
  return DRAWING.test(name);
}

/** Counts what an adapter leaves out or remarks, by kind. */
export interface Tally {
  add(what: string, name: string): void;
  /** One entry for each kind, in the order of their first ones. */
  list(): Remark[];
}

const EXAMPLES = 3;

/** Kinds that several adapters know. */
export const LEFT_OUT = {
  macos: "what macOS adds (__MACOSX, .DS_Store, ._*)",
  hidden: "hidden files and folders",
  outside: "links to folders outside (not followed; give the folder above both, or move it in)",
  circles: "links to a folder above them",
  repeated: "links to files that are listed already",
  broken: "links to nothing",
  drawings: "masks, heat maps and other drawings, by the name of their folder or file",
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

/** Counts the rows that a table's reading leaves out. */
export function countRows({ leftOut }: TableReading): LeftOut[] {
  const tally = createTally();
  for (const { line, reason, name } of leftOut) tally.add(reason, `${shorten(name)} (line ${line})`.trim());
  return tally.list().map((kind) => ({ ...kind, unit: "rows" }));
}

/** The beginning of a cell, for a list of examples. */
export function shorten(cell: string): string {
  const text = cell.trim().replaceAll(/\s+/g, " ");
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
