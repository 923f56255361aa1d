import { readFile } from "node:fs/promises";
import { join, posix } from "node:path";
import type { RunAnalysis } from "../analysis/analyse-run.js";
import type { ScoredImage } from "../run/read-run.js";
import { type ListedCopy, listCopies } from "./listed-copies.js";

/** Images of a class that a page shows. */
export interface ClassExamples {
  readonly className: string;
  readonly images: readonly ScoredImage[];
}

/** Images of a report, and their small copies. */
export interface ReportImages {
  readonly examples: readonly ClassExamples[];
  /** Errors that a table lists; the rest is counted. */
  readonly errors: readonly ScoredImage[];
  /** Pairs of copies that are shown with their pictures; the rest is counted. */
  readonly copies: readonly ListedCopy[];
  /** `data:` addresses by the image's path; an image without a small copy is not among them. */
  readonly thumbnails: ReadonlyMap<string, string>;
  /** Paths of images whose licence forbids that small copies are passed on: a page shows none of them. */
  readonly withheld: ReadonlySet<string>;
}

/** Examples of each class. */
const EXAMPLES = 6;

/** Errors in the table, so that a page stays below 2 MB: with examples and copies some 100 small pictures of about 5 kB. */
const LISTED_ERRORS = 60;

/**
 * Chooses the images that a page shows and reads their small copies from the run's `thumbnails/`. The examples of a
 * class stand evenly along its probabilities, so that doubtful ones are among them. A small copy whose licence forbids to
 * pass it on stays where it is.
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
  const bytes = await readFile(join(folder, "thumbnails", relative)).catch(() => null);
  return bytes === null ? null : `data:image/jpeg;base64,${bytes.toString("base64")}`;
}
