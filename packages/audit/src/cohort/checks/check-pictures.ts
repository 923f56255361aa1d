import type { CohortRow } from "@covidxr/dataset";
import { type CopyPair, HASH_BITS } from "../../copies/copy-pair.js";
import type { Finding } from "../../findings/finding.js";
import { countOf, enumerate } from "../../findings/words.js";
import { groupBy } from "../group-by.js";
import { type CopyLink, linkCopies, type SharedImage } from "../link-copies.js";
import { nameFiles } from "../name-files.js";
import { nameOneSplit, splitNames, splitsOf } from "../split-name.js";

/**
 * Different files that show one picture, such as a rescaled or mirrored copy. Files with the same bytes are
 * {@link checkFiles}'s, and not said again.
 *
 * Files that are copies of one another, directly or by others, count as one picture. Across splits it is a leak, within
 * one (or without any) a fault; each item is one pair, with its splits and how near the two are. Files whose rows are all
 * marked `duplicate` take no part, but what they tell of others holds: where such a file is a copy of two others, these
 * two are one picture, and the item names the file by way of which they are.
 *
 * @param copies Pairs by path; those of kind `file` only tell which files belong together.
 */
export function checkImages(rows: readonly CohortRow[], copies: readonly CopyPair[]): Finding[] {
  const active = groupBy(
    rows.filter(({ status }) => status !== "duplicate"),
    ({ path }) => path,
  );
  const nameOf = nameFiles(rows);
  const rowsOf = ({ paths }: SharedImage): CohortRow[] => paths.flatMap((path) => active.get(path)!);
  const report = (severity: "leak" | "issue", pictures: readonly SharedImage[]): Finding[] => {
    if (pictures.length === 0) return [];
    const links = pictures.flatMap((picture) => picture.links);
    const files = pictures.reduce((sum, picture) => sum + picture.files, 0);
    const involved = pictures.flatMap(rowsOf);
    const where = severity === "leak" ? `several splits (${splitNames(involved)})` : nameOneSplit(involved);
    return [
      {
        check: "images",
        severity,
        summary:
          `${countOf(pictures.length, "picture")} ${pictures.length === 1 ? "stands" : "stand"} in ` +
          `${countOf(files, "different file")} of ${where}${disagreements(links, active)}.`,
        items: links.map((link) => describe(link, active, nameOf)),
      },
    ];
  };
  const pictures = linkCopies(copies, (path) => active.has(path));
  const isLeak = (picture: SharedImage): boolean => splitsOf(rowsOf(picture)).length > 1;
  return [
    ...report("leak", pictures.filter(isLeak)),
    ...report(
      "issue",
      pictures.filter((picture) => !isLeak(picture)),
    ),
  ];
}

type Rows = ReadonlyMap<string, readonly CohortRow[]>;

function classesDiffer({ first, second }: CopyLink, rows: Rows): boolean {
  return rows.get(first)![0]!.label !== rows.get(second)![0]!.label;
}

/** Whether both patients are known, and are two. */
function patientsDiffer({ first, second }: CopyLink, rows: Rows): boolean {
  const one = rows.get(first)![0]!.patientId;
  const other = rows.get(second)![0]!.patientId;
  return one !== null && other !== null && one !== other;
}

function disagreements(links: readonly CopyLink[], rows: Rows): string {
  const classes = links.filter((link) => classesDiffer(link, rows)).length;
  const patients = links.filter((link) => patientsDiffer(link, rows)).length;
  const parts = [
    ...(classes > 0 ? [`${countOf(classes, "pair")} with different classes`] : []),
    ...(patients > 0 ? [`${countOf(patients, "pair")} with different patients`] : []),
  ];
  return parts.length === 0 ? "" : `; ${parts.join(", ")}`;
}

function describe(link: CopyLink, rows: Rows, nameOf: (path: string) => string): string {
  const file = (path: string): string => `${nameOf(path)} (${splitNames(rows.get(path)!)})`;
  const parts = [
    ...howNear(link, nameOf),
    ...(classesDiffer(link, rows) ? ["classes differ"] : []),
    ...(patientsDiffer(link, rows) ? ["patients differ"] : []),
  ];
  return `${file(link.first)} and ${file(link.second)}: ${parts.join(", ")}`;
}

function howNear({ pair, by }: CopyLink, nameOf: (path: string) => string): string[] {
  if (pair === null) {
    const left = by.length === 1 ? "marked as a duplicate" : "marked as duplicates";
    return [`copies by way of ${enumerate(by.map(nameOf))} (${left})`];
  }
  return [
    ...(pair.kind === "pixels" ? ["the same pixels in other bytes"] : []),
    `distance ${pair.distance} of ${HASH_BITS} bits`,
    `correlation ${pair.correlation.toFixed(3)}`,
    ...(pair.mirrored ? ["mirrored"] : []),
    ...(pair.crop === null
      ? []
      : [`the ${pair.crop.of} is a part of the ${pair.crop.of === "first" ? "second" : "first"}`]),
  ];
}
