import { DisjointSets, groupBy, plural } from "@covidxr/core/internal";
import type { CohortRow } from "@covidxr/dataset/cohort";
import type { CopyPair } from "../../copies/find-copies.js";
import { enumerate, type Finding } from "../../findings.js";
import type { Fingerprint } from "../../fingerprints/fingerprint.js";
import { nameFiles, nameOneSplit, splitNames, splitsOf } from "../rows.js";

/** Rows of one file under all its paths. */
interface SharedFile {
  readonly rows: readonly CohortRow[];
  /** Distinct paths, in the order of the rows. */
  readonly paths: readonly string[];
}

/**
 * Finds files in several rows: one path listed twice, or several paths with identical bytes.
 *
 * Across splits this is a leak, within one (or without splits) an issue. A row marked `duplicate` is not in use and leaks
 * nothing, and the mark settles a second path with identical bytes; but a path listed twice within a split is always
 * reported, since the list itself is wrong. A file with several classes or patients is a separate issue.
 *
 * @param fingerprints Of the rows' files, by path; rows without one are compared by path alone.
 * @param copies Pairs of kind `file` join their paths, as equal digests do; others are ignored.
 * @returns Up to five findings: across splits, listed twice, identical bytes, two classes, two patients.
 */
export function checkFiles(
  rows: readonly CohortRow[],
  fingerprints: readonly Fingerprint[],
  copies: readonly CopyPair[],
): Finding[] {
  const files = gatherFiles(rows, fingerprints, copies);
  const nameOf = nameFiles(rows);
  const active = files.map((file) => withRows(file, (row) => row.status !== "duplicate"));
  const across = active.filter((file) => splitsOf(file.rows).length > 1);
  const leaking = new Set(across.flatMap(({ paths }) => paths));
  const describe = ({ paths, rows: own }: SharedFile): string => {
    const places = [...splitsOf(own), null].flatMap((split) => {
      const there = own.filter((row) => row.split === split);
      if (there.length === 0) return [];
      const used = there.filter(({ status }) => status === "used").length;
      const inUse = used < there.length ? `, ${used} in use` : "";
      return `${split ?? "no split"} (${plural(there.length, "row")}${inUse})`;
    });
    const bytes = paths.length > 1 ? ", identical bytes" : "";
    return `${enumerate(paths.map(nameOf))}: ${enumerate(places)}${bytes}`;
  };

  const listed = Array.from(
    groupBy(rows, ({ path, split }) => JSON.stringify([path, split])).values(),
    (own): SharedFile => ({ rows: own, paths: [own[0]!.path] }),
  );
  const twice = listed.filter((file) => file.rows.length > 1);
  const extra = twice.reduce((sum, file) => sum + file.rows.length - 1, 0);
  const taking = twice.reduce(
    (sum, file) => sum + Math.max(0, file.rows.filter(({ status }) => status === "used").length - 1),
    0,
  );
  const bytes = active.filter(({ paths }) => paths.length > 1 && !leaking.has(paths[0]!));
  const labels = files.filter((file) => new Set(file.rows.map(({ label }) => label)).size > 1);
  const patients = files.filter((file) => namedPatients(file).length > 1);

  const findings: Finding[] = [];
  const add = (
    severity: Finding["severity"],
    found: readonly SharedFile[],
    summary: string,
    item: (file: SharedFile) => string,
  ): void => {
    if (found.length > 0) findings.push({ check: "files", severity, summary, items: found.map(item) });
  };
  const filesThat = (found: readonly SharedFile[], singular: string, many: string): string =>
    plural(found.length, `file ${singular}`, `files ${many}`);
  add(
    "leak",
    across,
    `${filesThat(across, "appears", "appear")} in several splits (${splitNames(across.flatMap((file) => file.rows))}).`,
    describe,
  );
  add(
    "issue",
    twice,
    `${filesThat(twice, "is", "are")} listed more than once within ${oneSplit(twice)}; of the ` +
      `${plural(extra, "duplicate row")}, ${taking || "none"} ${taking < 2 ? "is" : "are"} in use.`,
    describe,
  );
  add(
    "issue",
    bytes,
    `${filesThat(bytes, "has", "have")} several names within ${oneSplit(bytes)}.`,
    describe,
  );
  add(
    "issue",
    labels,
    `${filesThat(labels, "is", "are")} labelled with both classes.`,
    (file) => `${enumerate(file.paths.map(nameOf))}: ${findingsOf(file)}`,
  );
  add(
    "issue",
    patients,
    `${filesThat(patients, "is", "are")} assigned to several patients.`,
    (file) => `${enumerate(file.paths.map(nameOf))}: patients ${enumerate(namedPatients(file))}`,
  );
  return findings;
}

function oneSplit(files: readonly SharedFile[]): string {
  return nameOneSplit(files.flatMap((file) => file.rows));
}

function gatherFiles(
  rows: readonly CohortRow[],
  fingerprints: readonly Fingerprint[],
  copies: readonly CopyPair[],
): SharedFile[] {
  const sets = new DisjointSets();
  const firstOf = new Map<string, string>();
  for (const { path, fileDigest } of fingerprints) {
    const first = firstOf.get(fileDigest);
    if (first === undefined) firstOf.set(fileDigest, path);
    else sets.join(first, path);
  }
  for (const { first, second, kind } of copies) if (kind === "file") sets.join(first, second);
  return Array.from(groupBy(rows, ({ path }) => sets.find(path)).values(), (own) => ({
    rows: own,
    paths: pathsOf(own),
  }));
}

function withRows(file: SharedFile, keep: (row: CohortRow) => boolean): SharedFile {
  const rows = file.rows.filter(keep);
  return { rows, paths: pathsOf(rows) };
}

function pathsOf(rows: readonly CohortRow[]): string[] {
  return [...new Set(rows.map(({ path }) => path))];
}

function namedPatients(file: SharedFile): string[] {
  return [...new Set(file.rows.flatMap(({ patientId }) => patientId ?? []))];
}

function findingsOf(file: SharedFile): string {
  const named = file.rows.map(
    ({ label, finding }) => `${label === 1 ? "positive" : "negative"} (${finding})`,
  );
  return enumerate([...new Set(named)]);
}
