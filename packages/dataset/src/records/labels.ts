import { EmptySelectionError, InvalidArgumentError } from "@covidxr/core";
import { checkArguments, checkOptions } from "@covidxr/core/internal";
import { compareCodePoints } from "../table.js";
import type { MetadataRecord } from "./record.js";

/** Fields that can be compared: all but the catch-all of unnamed columns. */
export type FilterField = Exclude<keyof MetadataRecord, "otherColumns">;

/** For each field the value, or values, that a record must have. `null` means "unknown". */
export type RecordFilter = {
  readonly [Field in FilterField]?: MetadataRecord[Field] | readonly MetadataRecord[Field][];
};

/**
 * Selects the records that have one of the given values in every given field. Values are compared exactly: `"AP"`
 * does not match `"AP Supine"`.
 *
 * @returns The matching records in their order, the same objects; empty when none matches.
 * @throws {InvalidArgumentError} on a field that records do not have, or an `undefined` value.
 */
export function filterRecords(records: readonly MetadataRecord[], filter: RecordFilter): MetadataRecord[] {
  checkArguments({ records, filter }, { records: "objects", filter: "object" });
  const wanted = Object.entries(filter).map(([field, value]) => {
    if (value === undefined) {
      throw new InvalidArgumentError({
        parameter: `filter.${field}`,
        value,
        message: "expected a value or an array of values, got undefined; leave the field out to accept all",
      });
    }
    return { field: field as FilterField, values: new Set<unknown>(Array.isArray(value) ? value : [value]) };
  });
  const [first] = records;
  for (const { field } of wanted) {
    if (first !== undefined && (!Object.hasOwn(first, field) || (field as string) === "otherColumns")) {
      throw new InvalidArgumentError({
        parameter: "filter",
        value: field,
        message: `expected fields of a record, got "${field}"; choose among ${Object.keys(first).join(", ")}`,
      });
    }
  }
  return records.filter((record) => wanted.every(({ field, values }) => values.has(record[field])));
}

/** How many items have a finding. */
export interface FindingCount {
  readonly finding: string;
  readonly count: number;
}

/** Table of findings, the most frequent first, equal counts by name. Counts sum to the number of items. */
export function countFindings(items: readonly { readonly finding: string }[]): FindingCount[] {
  checkArguments({ items }, { items: "objects" });
  const counts = new Map<string, number>();
  for (const { finding } of items) counts.set(finding, (counts.get(finding) ?? 0) + 1);
  return [...counts]
    .map(([finding, count]) => ({ finding, count }))
    .sort((a, b) => b.count - a.count || compareCodePoints(a.finding, b.finding));
}

/** Class of an image: 1 positive, 0 negative. */
export type Label = 0 | 1;

/**
 * Findings of each class. A token names a node of the hierarchy of findings and matches that node and all below
 * it: `"COVID-19"` matches `COVID-19` and `Pneumonia/Viral/COVID-19`; `"Pneumonia/Viral"` matches all viral ones;
 * `"ARDS"` does not match `COVID-19, ARDS`, which is one name. Where two tokens match, the deeper one decides.
 */
export interface FindingGroups {
  readonly positive: readonly string[];
  /** @defaultValue every finding that is neither positive nor excluded */
  readonly negative?: readonly string[];
  /** Findings whose records are left out. @defaultValue none */
  readonly excluded?: readonly string[];
}

/** A record with its class. */
export interface LabelledRecord {
  readonly record: MetadataRecord;
  readonly label: Label;
}

/** Findings without a diagnosis; they are never negative by default. */
const UNDIAGNOSED: readonly string[] = ["todo", "Unknown", ""];

/**
 * Labels records by their findings: exact tokens, never substrings.
 *
 * @returns The labelled records in their order, those with an excluded finding left out.
 * @throws {EmptySelectionError} when no record is positive, or none negative.
 * @throws {InvalidArgumentError} when a finding is in no group (only with `negative`, or without a diagnosis:
 * `todo`, `Unknown`, blank), or when a token is in two groups.
 *
 * @example
 * ```ts
 * import { countLabels, groupFindings, readClassFolders } from "@covidxr/dataset";
 *
 * const { records } = await readClassFolders("images");
 * const labelled = groupFindings(records, { positive: ["covid"] });
 * countLabels(labelled); // { positive: 12, negative: 12 }
 * ```
 */
export function groupFindings(records: readonly MetadataRecord[], groups: FindingGroups): LabelledRecord[] {
  checkArguments({ records }, { records: "objects" });
  checkOptions(groups, { positive: "strings", negative: "strings?", excluded: "strings?" }, "groups");
  const nodes = toNodes(groups);
  const labelled: LabelledRecord[] = [];
  for (const record of records) {
    const group = groupOf(record.finding, nodes) ?? defaultGroup(record, groups);
    if (group !== "excluded") labelled.push({ record, label: group === "positive" ? 1 : 0 });
  }
  for (const label of [1, 0] as const) {
    if (labelled.some((item) => item.label === label)) continue;
    const name = label === 1 ? "positive" : "negative";
    const found = countFindings(records).map(({ finding, count }) => `"${finding}" ${count}`);
    throw new EmptySelectionError({
      selection: `${name} findings`,
      message:
        `expected records with ${groups[name]?.map((token) => `"${token}"`).join(" or ") ?? "another finding"}, got ` +
        `${found.join(", ") || "no record at all"}; check the groups and the filter`,
    });
  }
  return labelled;
}

type GroupName = keyof FindingGroups;

interface Node {
  readonly group: GroupName;
  readonly path: readonly string[];
}

/** Levels of a finding's path. Some of the dataset's levels carry stray spaces (`"Pneumonia/Viral/Herpes "`). */
function levels(finding: string): string[] {
  return finding.split("/").map((level) => level.trim());
}

function toNodes(groups: FindingGroups): Node[] {
  const nodes = new Map<string, Node>();
  for (const group of ["positive", "negative", "excluded"] as const) {
    for (const token of groups[group] ?? []) {
      const path = levels(token);
      const key = path.join("/");
      const earlier = nodes.get(key);
      if (earlier !== undefined && earlier.group !== group) {
        throw new InvalidArgumentError({
          parameter: `groups.${group}`,
          value: token,
          message: `expected a finding in one group, got "${token}" in ${earlier.group} too; remove one`,
        });
      }
      nodes.set(key, { group, path });
    }
  }
  return [...nodes.values()];
}

/** Group of the deepest node on the finding's path; of two that end on one level, the longer. */
function groupOf(finding: string, nodes: readonly Node[]): GroupName | undefined {
  const path = levels(finding);
  for (let end = path.length; end > 0; end--) {
    for (let start = 0; start < end; start++) {
      const run = path.slice(start, end);
      const node = nodes.find((candidate) => sameLevels(candidate.path, run));
      if (node !== undefined) return node.group;
    }
  }
  return undefined;
}

function sameLevels(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((level, i) => level === b[i]);
}

function defaultGroup(record: MetadataRecord, groups: FindingGroups): GroupName {
  const undiagnosed = UNDIAGNOSED.includes(record.finding.trim());
  if (groups.negative === undefined && !undiagnosed) return "negative";
  throw new InvalidArgumentError({
    parameter: "groups",
    value: record.finding,
    message:
      `expected every finding in a group, got "${record.finding}" (${record.filename}, line ${record.line}) in ` +
      "none; add it to positive, negative or excluded",
  });
}

/** Number of items of each class. */
export interface LabelCounts {
  readonly positive: number;
  readonly negative: number;
}

/** Counts positive (label 1) and negative (label 0) items. */
export function countLabels(items: readonly { readonly label: Label }[]): LabelCounts {
  checkArguments({ items }, { items: "objects" });
  const positive = items.filter(({ label }) => label === 1).length;
  return { positive, negative: items.length - positive };
}
