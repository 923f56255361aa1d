import { availableParallelism } from "node:os";
import { throwIfInterrupted } from "@covidxr/core/internal";
import { type CohortRow, derivativesUnder } from "@covidxr/dataset";
import { type PreparedImage, thumbnail } from "@covidxr/image";
import type { Run } from "../run/run.js";
import type { Settings } from "../settings/declarations.js";

/**
 * Writes a thumbnail of every used image to `thumbnails/<path of the row>.jpg` in the run's folder, of the pixels that the
 * network sees: at the input's aspect ratio, so that bodies look stretched. Reports are passed on, and a thumbnail is an
 * altered copy: an image whose licence forbids passing such copies on gets none, and one that an earlier run left of it is
 * removed. A resumed run keeps the thumbnails that exist.
 *
 * @throws {InvalidArgumentError} when a row's path leads out of that folder, before any thumbnail is written.
 * @throws {FileError} with reason `"unwritable"`.
 * @throws {InterruptedError} when the run's signal fires; complete thumbnails stay.
 */
export async function saveThumbnails(
  run: Pick<Run<Partial<Settings>>, "folder" | "signal" | "stage">,
  rows: readonly CohortRow[],
  imageOf: (row: CohortRow) => PreparedImage,
): Promise<void> {
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
        throwIfInterrupted(run.signal, "writing thumbnails");
        const row = queue[next++]!;
        if (!(run.folder.resumed && (await run.folder.hasThumbnail(row.path)))) {
          await run.folder.writeThumbnail(row.path, await thumbnail(await imageOf(row).pixels()));
        }
        onProgress({ done: ++done, total: queue.length });
      }
    };
    // Thumbnails are made on this thread; while one is written to disk the next is made.
    await Promise.all(Array.from({ length: availableParallelism() }, work));
  });
}
