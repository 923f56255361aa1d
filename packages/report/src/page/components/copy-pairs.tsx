import { formatMetric } from "@covidxr/metrics";
import type { ListedCopy } from "../../content/listed-copies.js";
import type { ReportImages } from "../../content/report-images.js";
import { countText } from "../../internal/format.js";
import { Thumbnail } from "./thumbnail.js";

/** Bits of the perceptual hashes that the distance of two pictures counts. */
const HASH_BITS = 128;

const KINDS = {
  file: "the same bytes",
  pixels: "the same pixels in other bytes",
  similar: "similar pixels",
} as const;

/** Files that show one picture, side by side. */
export function CopyPairs({
  images,
  total,
}: {
  readonly images: ReportImages;
  /** Pairs that the audit found. */
  readonly total: number;
}) {
  const { copies } = images;
  return (
    <>
      <h3>Files that show one picture</h3>
      <p>
        {countText(total, "pair")} of files {total === 1 ? "shows" : "show"} the same picture
        {copies.length < total
          ? `; ${copies.length} are shown, those of several splits first, and all ${total} are in audit.json`
          : ""}
        .
      </p>
      <ul class="copies">
        {copies.map((copy) => (
          <li key={`${copy.first}\n${copy.second}`}>
            <div class="pair">
              <CopyFile path={copy.first} splits={copy.splits.first} images={images} />
              <CopyFile path={copy.second} splits={copy.splits.second} images={images} />
            </div>
            <p>{copyText(copy)}</p>
          </li>
        ))}
      </ul>
    </>
  );
}

function CopyFile({
  path,
  splits,
  images,
}: {
  readonly path: string;
  readonly splits: readonly string[];
  readonly images: ReportImages;
}) {
  const filename = path.slice(path.lastIndexOf("/") + 1);
  return (
    <div>
      <Thumbnail images={images} path={path} description={`Radiograph ${filename}`} />
      <div>{filename}</div>
      <div class="note">{splits.length === 0 ? "in no split" : splits.join(", ")}</div>
    </div>
  );
}

function copyText({ kind, distance, correlation, mirrored, crop, acrossSplits }: ListedCopy): string {
  const words = [
    ...(acrossSplits ? ["In several splits"] : []),
    KINDS[kind],
    ...(kind === "similar"
      ? [`${distance} of ${HASH_BITS} bits differ`, `correlation ${formatMetric(correlation)}`]
      : []),
    ...(mirrored ? ["mirrored"] : []),
    ...(crop === null
      ? []
      : [crop.of === "first" ? "the first is a part of the second" : "the second is a part of the first"]),
  ].join(", ");
  return `${words[0]!.toUpperCase()}${words.slice(1)}.`;
}
