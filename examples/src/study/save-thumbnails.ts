import { access, rm } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join, resolve, sep } from "node:path";
import { FileError, InvalidArgumentError } from "@covidxr/core";
import { writeFileAtomic } from "@covidxr/core/files";
import { throwIfInterrupted } from "@covidxr/core/internal";
import { type CohortRow, derivativesUnder } from "@covidxr/dataset";
import { type PreparedImage, thumbnail } from "@covidxr/image";
import type { Run } from "../run/run.js";

/** What {@link saveThumbnails} is given. */
export interface Thumbnails {
  readonly rows: readonly CohortRow[];
  /** Pixels of a used row. */
  readonly imageOf: (row: CohortRow) => PreparedImage;
  readonly run: Pick<Run, "file" | "stage">;
  /** Whether the run goes on; pictures that are there are kept then. */
  readonly resume: boolean;
  readonly signal: AbortSignal;
}

/**
 * Writes a small picture of every used image to `thumbnails/<path of the row>.jpg` in the run's folder, of the pixels
 * that the network sees: at the input's aspect ratio, so that bodies look stretched. A report goes from hand to hand, and
 * a small picture is an altered copy: an image whose licence forbids to pass such copies on gets none, and one that an
 * earlier run left of it is removed.
 *
 * @throws {InvalidArgumentError} when a row's path leads out of that folder, before any picture is written.
 * @throws {FileError} with reason `"unwritable"`.
 * @throws {InterruptedError} when `signal` fires; whole pictures stay.
 */
export async function saveThumbnails({ rows, imageOf, run, resume, signal }: Thumbnails): Promise<void> {
  const folder = run.file("thumbnails");
  const filesOf = (own: readonly CohortRow[]) => own.map((row) => [fileOf(folder, row.path), row] as const);
  const forbidden = rows.filter(({ license }) => derivativesUnder(license) === "forbidden");
  const withheld = new Set(filesOf(forbidden).map(([file]) => file));
  const used = filesOf(rows.filter(({ status }) => status === "used"));
  const queue = [...new Map(used.filter(([file]) => !withheld.has(file)))];
  for (const file of withheld) await remove(file);
  await run.stage("thumbnails", "Writing thumbnails", "images", async (onProgress) => {
    let next = 0;
    let done = 0;
    const work = async (): Promise<void> => {
      while (next < queue.length) {
        throwIfInterrupted(signal, "writing thumbnails");
        const [file, row] = queue[next++]!;
        if (!(resume && (await exists(file)))) {
          await writeFileAtomic(file, await thumbnail(await imageOf(row).pixels()));
        }
        onProgress({ done: ++done, total: queue.length });
      }
    };
    // Pictures are made on this thread; while one is written to disk the next is made.
    await Promise.all(Array.from({ length: availableParallelism() }, work));
  });
}

/** Paths come from the study's metadata; none may write elsewhere. */
function fileOf(folder: string, path: string): string {
  const file = join(folder, `${path}.jpg`);
  if (resolve(file).startsWith(resolve(folder) + sep)) return file;
  throw new InvalidArgumentError({
    parameter: "rows",
    value: path,
    message: `expected a path inside the study folder, got ${path}; correct the metadata`,
  });
}

async function remove(file: string): Promise<void> {
  try {
    await rm(file, { force: true });
  } catch (cause) {
    throw new FileError({
      path: file,
      reason: "unwritable",
      message: `cannot be removed (${(cause as Error).message}), and its licence forbids to pass it on; remove it`,
      cause,
    });
  }
}

const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );
