import { availableParallelism } from "node:os";
import { throwIfInterrupted } from "@covidxr/core/internal";
import { type CohortRow, derivativesUnder } from "@covidxr/dataset";
import { type PreparedImage, thumbnail } from "@covidxr/image";
import type { Run } from "../run/run.js";

/** What {@link saveThumbnails} is given. */
export interface Thumbnails {
  readonly rows: readonly CohortRow[];
  /** Pixels of a used row. */
  readonly imageOf: (row: CohortRow) => PreparedImage;
  readonly run: Pick<Run, "folder" | "stage">;
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
  const forbidden = rows.filter(({ license }) => derivativesUnder(license) === "forbidden");
  const fileOf = ({ path }: CohortRow) => run.folder.thumbnailFile(path);
  const withheld = new Map(forbidden.map((row) => [fileOf(row), row]));
  const used = rows.filter(({ status }) => status === "used").map((row) => [fileOf(row), row] as const);
  const queue = [...new Map(used.filter(([file]) => !withheld.has(file))).values()];
  for (const { path } of withheld.values()) await run.folder.removeThumbnail(path);
  await run.stage("thumbnails", "Writing thumbnails", "images", async (onProgress) => {
    let next = 0;
    let done = 0;
    const work = async (): Promise<void> => {
      while (next < queue.length) {
        throwIfInterrupted(signal, "writing thumbnails");
        const row = queue[next++]!;
        if (!(resume && (await run.folder.hasThumbnail(row.path)))) {
          await run.folder.writeThumbnail(row.path, await thumbnail(await imageOf(row).pixels()));
        }
        onProgress({ done: ++done, total: queue.length });
      }
    };
    // Pictures are made on this thread; while one is written to disk the next is made.
    await Promise.all(Array.from({ length: availableParallelism() }, work));
  });
}
