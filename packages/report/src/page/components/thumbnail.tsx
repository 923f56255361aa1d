import type { ReportImages } from "../../content/report-images.js";

/** A small copy of a radiograph, or words in its place where the run left none or none may be shown. */
export function Thumbnail({
  images,
  path,
  description,
}: {
  readonly images: Pick<ReportImages, "thumbnails" | "withheld">;
  /** Path of the image. */
  readonly path: string;
  readonly description: string;
}) {
  if (images.withheld.has(path))
    return <span class="no-image">not shown: its licence forbids altered copies</span>;
  const source = images.thumbnails.get(path);
  if (source === undefined) return <span class="no-image">no picture</span>;
  return <img class="thumbnail" src={source} alt={description} />;
}
