import { EmptySelectionError, InvalidArgumentError } from "@covidxr/core";
import { checkArguments, checkOptions, describeValue } from "@covidxr/core/internal";
import { compareCodePoints } from "../table.js";
import {
  isBlankLike,
  isNearSpelling,
  isPositiveWord,
  isUncertain,
  namesClass,
  partsOf,
} from "./doubtful-labels.js";
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
  /**
   * `"all-others"`: every finding that is neither positive nor excluded.
   *
   * @defaultValue the one other finding, where there is only one
   */
  readonly negative?: readonly string[] | "all-others";
  /** Findings whose records are left out. @defaultValue none */
  readonly excluded?: readonly string[];
}

/** A record with its class. */
export interface LabelledRecord {
  readonly record: MetadataRecord;
  readonly label: Label;
}

/**
 * Labels records by their findings: exact tokens, never substrings. What no token names is negative only where the groups
 * say so (`negative: "all-others"`) or where one finding is left. Even then these are refused until they are named: findings
 * without a diagnosis (`""`, `nan`, `N/A`, `Unknown`, `?`), uncertain ones (`probable COVID-19`, `-1`), other spellings of a
 * finding of another class (`covid` beside `COVID`, `1.0` beside `1`), and those that name the positive one among
 * others (`Effusion|COVID-19`).
 *
 * @returns The labelled records in their order, those with an excluded finding left out.
 * @throws {EmptySelectionError} when no record is positive, or none negative.
 * @throws {InvalidArgumentError} when findings are in no group, listing them with their counts and why; or when a token is
 * in two groups.
 *
 * @example
 * ```ts
 * import { countLabels, groupFindings, readClassFolders } from "@covidxr/dataset";
 *
 * const { records } = await readClassFolders("images");
 * const labelled = groupFindings(records, { positive: ["covid"], negative: ["normal"] });
 * countLabels(labelled); // { positive: 12, negative: 12 }
 * ```
 */
export function groupFindings(records: readonly MetadataRecord[], groups: FindingGroups): LabelledRecord[] {
  checkArguments({ records }, { records: "objects" });
  checkOptions(groups, { positive: "strings", negative: "any?", excluded: "strings?" }, "groups");
  const nodes = toNodes(groups);
  const counts = countFindings(records);
  const groupByFinding = new Map(counts.map(({ finding }) => [finding, groupOf(finding, nodes)]));
  const unnamed = counts.filter(({ finding }) => groupByFinding.get(finding) === undefined);
  if ([...groupByFinding.values()].includes("positive"))
    refuseUnnamed(unnamed, groupByFinding, nodes, groups);
  const labelled: LabelledRecord[] = [];
  for (const record of records) {
    const group = groupByFinding.get(record.finding) ?? "negative";
    if (group !== "excluded") labelled.push({ record, label: group === "positive" ? 1 : 0 });
  }
  for (const label of [1, 0] as const) {
    if (labelled.some((item) => item.label === label)) continue;
    const name = label === 1 ? "positive" : "negative";
    const found = counts.map(({ finding, count }) => `"${finding}" ${count}`);
    throw new EmptySelectionError({
      selection: `${name} findings`,
      message:
        `expected records with ${
          tokensOf(groups, name)
            .map((token) => `"${token}"`)
            .join(" or ") || "another finding"
        }, got ` + `${found.join(", ") || "no record at all"}; check the groups and the filter`,
    });
  }
  return labelled;
}

/** Most findings that a message lists. */
const LISTED = 12;

/** Refuses findings that no token names, unless they are negative beyond doubt. */
function refuseUnnamed(
  unnamed: readonly FindingCount[],
  groupByFinding: ReadonlyMap<string, GroupName | undefined>,
  nodes: readonly Node[],
  groups: FindingGroups,
): void {
  const doubts = unnamed.map((each) => ({ ...each, doubt: doubtOf(each.finding, groupByFinding, nodes) }));
  const isOpen = groups.negative === "all-others" || (groups.negative === undefined && isOne(unnamed));
  const [doubtful, others] = [true, false].map((is) =>
    doubts.filter(({ doubt }) => (doubt !== undefined) === is),
  );
  const refused = isOpen ? doubtful! : [...doubtful!, ...others!];
  if (refused.length === 0) return;
  const listed = refused
    .slice(0, LISTED)
    .map(({ finding, count, doubt }) => `${JSON.stringify(finding)} (${count}${doubt ? `: ${doubt}` : ""})`);
  if (refused.length > LISTED) listed.push(`${refused.length - LISTED} more`);
  const advice = groups.negative === undefined && !isOpen ? ', or set negative: "all-others"' : "";
  throw new InvalidArgumentError({
    parameter: "groups",
    value: refused[0]!.finding,
    message: `expected every finding in a group, got in none: ${listed.join(", ")}; add each to positive, negative or excluded${advice}`,
  });
}

/** Whether all are one finding, but for its spelling. */
function isOne([first, ...others]: readonly FindingCount[]): boolean {
  return first !== undefined && others.every(({ finding }) => isNearSpelling(finding, first.finding));
}

/** Why a finding that no token names may not be taken for negative; undefined where nothing speaks against it. */
function doubtOf(
  finding: string,
  groupByFinding: ReadonlyMap<string, GroupName | undefined>,
  nodes: readonly Node[],
): string | undefined {
  if (isBlankLike(finding)) return "no diagnosis";
  if (isUncertain(finding)) return "uncertain";
  const named = nodes.map(({ group, path }) => ({ group, name: path.join("/") }));
  for (const [other, group] of groupByFinding) if (group !== undefined) named.push({ group, name: other });
  const near = named.find(({ name }) => isNearSpelling(name, finding));
  if (near !== undefined) return `spelt like ${JSON.stringify(near.name)}, ${near.group}`;
  if (isPositiveWord(finding)) return "positive of what?";
  const parts = partsOf(finding);
  const positive = named.find(
    ({ group, name }) =>
      group === "positive" &&
      (namesClass(finding, name) ||
        parts.some((part) => isNearSpelling(part, name) || namesClass(part, name))),
  );
  return (
    positive && `names ${JSON.stringify(positive.name)}, positive${parts.length > 1 ? ", among others" : ""}`
  );
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

/** Names in a group. */
function tokensOf(groups: FindingGroups, group: GroupName): readonly string[] {
  const tokens = groups[group] ?? [];
  if (tokens === "all-others") return [];
  if (Array.isArray(tokens) && tokens.every((token) => typeof token === "string")) return tokens;
  throw new InvalidArgumentError({
    parameter: `groups.${group}`,
    value: tokens,
    message: `expected an array of findings${group === "negative" ? ' or "all-others"' : ""}, got ${describeValue(tokens)}`,
  });
}

function toNodes(groups: FindingGroups): Node[] {
  const nodes = new Map<string, Node>();
  for (const group of ["positive", "negative", "excluded"] as const) {
    for (const token of tokensOf(groups, group)) {
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
