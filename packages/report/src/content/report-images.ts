import { readFile, stat } from "node:fs/promises";
import { join, posix } from "node:path";
import { FileError } from "@covidxr/core";
import { formatBytes, groupBy } from "@covidxr/core/internal";
import type { RunAnalysis } from "../analysis/analyse-run.js";
import type { AuditCopy } from "../run/audit-record.js";
import type { RunData, ScoredImage } from "../run/read-run.js";

/** Images of a class that a page shows. */
export interface ClassExamples {
  readonly className: string;
  readonly images: readonly ScoredImage[];
}

/** Images of a report, and their thumbnails. */
export interface ReportImages {
  readonly examples: readonly ClassExamples[];
  /** Errors that a table lists; the rest is counted. */
  readonly errors: readonly ScoredImage[];
  /** Pairs of copies that are shown; the rest is counted. */
  readonly copies: readonly ListedCopy[];
  /** `data:` addresses by the image's path; images without a thumbnail are not among them. */
  readonly thumbnails: ReadonlyMap<string, string>;
  /** Paths of images whose licence forbids sharing thumbnails: a page shows none of them. */
  readonly withheld: ReadonlySet<string>;
}

/** Examples of each class. */
const EXAMPLES = 6;

/** Largest thumbnail in bytes: many times what one takes, and no other file by mistake. */
const LARGEST_THUMBNAIL = 2 ** 18;

/** Errors in the table, so that a page stays below 2 MB: with examples and copies some 100 thumbnails of about 5 kB. */
const LISTED_ERRORS = 60;

/**
 * Chooses the images that a page shows and reads their thumbnails from the run's `thumbnails/`. The examples of a class
 * are spread evenly over its probabilities, so that doubtful ones are among them. Thumbnails whose licence forbids
 * sharing them are left out.
 */
export async function collectImages({ run, facts, headline }: RunAnalysis): Promise<ReportImages> {
  const examples = run.record.classes.map((className, label) => ({
    className,
    images: spread(
      headline.images.filter((image) => image.label === label).sort((a, b) => a.probability - b.probability),
      EXAMPLES,
    ),
  }));
  const errors = headline.errors.slice(0, LISTED_ERRORS);
  const copies = listCopies(run);
  const paths = new Set([
    ...[...examples.flatMap(({ images }) => images), ...errors].map(({ path }) => path),
    ...copies.flatMap(({ first, second }) => [first, second]),
  ]);
  const withheld = new Set(facts.withheld);
  const thumbnails = new Map<string, string>();
  for (const path of paths) {
    if (withheld.has(path)) continue;
    const address = await readThumbnail(run.folder, path);
    if (address !== null) thumbnails.set(path, address);
  }
  return { examples, errors, copies, thumbnails, withheld };
}

/** `count` of the items at even distances, the first and the last among them. */
function spread<Item>(items: readonly Item[], count: number): Item[] {
  if (items.length <= count) return [...items];
  return Array.from({ length: count }, (_, i) => items[Math.round((i * (items.length - 1)) / (count - 1))]!);
}

async function readThumbnail(folder: string, path: string): Promise<string | null> {
  const relative = posix.normalize(`${path}.jpg`);
  // A cohort is data: its paths must not lead out of the folder.
  if (posix.isAbsolute(relative) || /(^|[/\\])\.\.([/\\]|$)/.test(relative)) return null;
  const file = join(folder, "thumbnails", relative);
  const refuse = (reason: "unreadable" | "corrupt", got: string, cause?: unknown): never => {
    const message = `expected a thumbnail, a JPEG of at most ${formatBytes(LARGEST_THUMBNAIL)}, got ${got}; remove it`;
    throw new FileError({ path: file, reason, message, cause });
  };
  const found = await stat(file).catch((cause: NodeJS.ErrnoException) =>
    cause.code === "ENOENT"
      ? null
      : refuse("unreadable", `one that cannot be read (${cause.message})`, cause),
  );
  if (found === null) return null;
  if (found.size > LARGEST_THUMBNAIL) return refuse("corrupt", formatBytes(found.size));
  const bytes = await readFile(file).catch((cause: Error) =>
    refuse("unreadable", `one that cannot be read (${cause.message})`, cause),
  );
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return refuse("corrupt", "another file");
  return `data:image/jpeg;base64,${bytes.toString("base64")}`;
}

/** Two files showing the same image, with the splits that each is in. */
export interface ListedCopy extends AuditCopy {
  /** Splits of the rows of each file, in the cohort's order; empty where the cohort has none for it. */
  readonly splits: { readonly first: readonly string[]; readonly second: readonly string[] };
  /** Whether the image is in more than one split. */
  readonly acrossSplits: boolean;
}

/** Pairs that a page shows, so that it stays small enough to be mailed. */
const LISTED_COPIES = 12;

/** The pairs of copies that a page shows: those across splits first. */
export function listCopies({ audit, cohort }: RunData): ListedCopy[] {
  if (audit === null) return [];
  const rows = groupBy(cohort, ({ path }) => path);
  const splitsOf = (path: string): string[] => [
    ...new Set((rows.get(path) ?? []).flatMap(({ split }) => split ?? [])),
  ];
  return audit.copies
    .map((copy): ListedCopy => {
      const splits = { first: splitsOf(copy.first), second: splitsOf(copy.second) };
      return { ...copy, splits, acrossSplits: new Set([...splits.first, ...splits.second]).size > 1 };
    })
    .sort((a, b) => Number(b.acrossSplits) - Number(a.acrossSplits))
    .slice(0, LISTED_COPIES);
}
