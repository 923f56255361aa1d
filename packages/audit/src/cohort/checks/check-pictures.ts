import type { CohortRow } from "@covidxr/dataset";
import { type CopyPair, HASH_BITS } from "../../copies/copy-pair.js";
import type { Finding } from "../../findings/finding.js";
import { countOf } from "../../findings/words.js";
import { DisjointSets } from "../disjoint-sets.js";
import { groupBy } from "../group-by.js";
import { nameFiles } from "../name-files.js";
import { nameOneSplit, splitNames, splitsOf } from "../split-name.js";

/**
 * Different files that show one picture, such as a rescaled or mirrored copy. Files with the same bytes are
 * {@link checkFiles}'s, and not said again.
 *
 * Files that are copies of one another, directly or by others, count as one picture. Across splits it is a leak, within
 * one (or without any) a fault; each item is one pair, with its splits and how near the two are. Files whose rows are all
 * marked `duplicate` take no part and are left out.
 *
 * @param copies Pairs by path; those of kind `file` only tell which files belong together.
 */
export function checkPictures(rows: readonly CohortRow[], copies: readonly CopyPair[]): Finding[] {
  const active = groupBy(
    rows.filter(({ status }) => status !== "duplicate"),
    ({ path }) => path,
  );
  const pairs = copies.filter(({ first, second }) => active.has(first) && active.has(second));
  const sets = new DisjointSets();
  for (const { first, second } of pairs) sets.join(first, second);
  const rowsOf = groupBy([...active.values()].flat(), ({ path }) => sets.find(path));
  const nameOf = nameFiles(rows);
  const pictures = groupBy(
    pairs.filter(({ kind }) => kind !== "file"),
    ({ first }) => sets.find(first),
  );
  const isLeak = (root: string): boolean => splitsOf(rowsOf.get(root)!).length > 1;
  const report = (severity: "leak" | "fault", roots: readonly string[]): Finding[] => {
    if (roots.length === 0) return [];
    const own = roots.flatMap((root) => pictures.get(root)!);
    const files = new Set(own.flatMap(({ first, second }) => [first, second])).size;
    const involved = roots.flatMap((root) => rowsOf.get(root)!);
    const where = severity === "leak" ? `several splits (${splitNames(involved)})` : nameOneSplit(involved);
    return [
      {
        check: "pictures",
        severity,
        summary:
          `${countOf(roots.length, "picture")} ${roots.length === 1 ? "stands" : "stand"} in ` +
          `${countOf(files, "different file")} of ${where}${disagreements(own, active)}.`,
        items: own.map((pair) => describe(pair, active, nameOf)),
      },
    ];
  };
  const roots = [...pictures.keys()];
  return [
    ...report("leak", roots.filter(isLeak)),
    ...report(
      "fault",
      roots.filter((root) => !isLeak(root)),
    ),
  ];
}

type Rows = ReadonlyMap<string, readonly CohortRow[]>;

function classesDiffer({ first, second }: CopyPair, rows: Rows): boolean {
  return rows.get(first)![0]!.label !== rows.get(second)![0]!.label;
}

/** Whether both patients are known, and are two. */
function patientsDiffer({ first, second }: CopyPair, rows: Rows): boolean {
  const one = rows.get(first)![0]!.patientId;
  const other = rows.get(second)![0]!.patientId;
  return one !== null && other !== null && one !== other;
}

function disagreements(pairs: readonly CopyPair[], rows: Rows): string {
  const classes = pairs.filter((pair) => classesDiffer(pair, rows)).length;
  const patients = pairs.filter((pair) => patientsDiffer(pair, rows)).length;
  const parts = [
    ...(classes > 0 ? [`${countOf(classes, "pair")} with different classes`] : []),
    ...(patients > 0 ? [`${countOf(patients, "pair")} with different patients`] : []),
  ];
  return parts.length === 0 ? "" : `; ${parts.join(", ")}`;
}

function describe(pair: CopyPair, rows: Rows, nameOf: (path: string) => string): string {
  const file = (path: string): string => `${nameOf(path)} (${splitNames(rows.get(path)!)})`;
  const parts = [
    pair.kind === "pixels" ? "the same pixels in other bytes" : null,
    `distance ${pair.distance} of ${HASH_BITS} bits`,
    `correlation ${pair.correlation.toFixed(3)}`,
    pair.mirrored ? "mirrored" : null,
    pair.crop === null
      ? null
      : `the ${pair.crop.of} is a part of the ${pair.crop.of === "first" ? "second" : "first"}`,
    classesDiffer(pair, rows) ? "classes differ" : null,
    patientsDiffer(pair, rows) ? "patients differ" : null,
  ];
  return `${file(pair.first)} and ${file(pair.second)}: ${parts.filter((part) => part !== null).join(", ")}`;
}
