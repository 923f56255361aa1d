import { InvalidArgumentError } from "@covidxr/core";
import { checkOptions } from "@covidxr/core/internal";
import { joinPath } from "../paths.js";
import {
  countLabels,
  type FilterField,
  filterRecords,
  type LabelledRecord,
  type RecordFilter,
} from "../records/labels.js";
import type { MetadataRecord } from "../records/record.js";
import { compareCodePoints } from "../table.js";
import type { CohortRow, Status } from "./cohort-row.js";

/** Items that a step added or left out for one reason. */
export interface FlowChange {
  /** 1 or more. */
  readonly count: number;
  readonly reason: string;
}

/** One step of the flow from the source to the model. */
export interface FlowStep {
  /** What is kept; `${kept} ${name}` forms a phrase. */
  readonly name: string;
  /** Items after the step: those of the previous step, plus those added, minus those excluded. */
  readonly kept: number;
  /** Items of each class among them; `null` before they are labelled. */
  readonly positive: number | null;
  readonly negative: number | null;
  /** The most frequent first, as is `excluded`; empty when nothing changed. */
  readonly added: readonly FlowChange[];
  readonly excluded: readonly FlowChange[];
}

/** Input of {@link cohortFlow}. */
export interface CohortSteps {
  /** All records of the metadata ({@link readMetadata}). */
  readonly records: readonly MetadataRecord[];
  /** What the radiographs were selected by ({@link filterRecords}). */
  readonly filter: RecordFilter;
  /** The selected records with their classes ({@link groupFindings}). */
  readonly labelled: readonly LabelledRecord[];
  /** The cohort with its final statuses ({@link locateFiles}, {@link markUnreadable}). */
  readonly rows: readonly CohortRow[];
  /** Folder of the records' files in the rows' paths, as `under` of {@link cohortFromRecords}. @defaultValue none */
  readonly under?: string;
  /** Origin of a row that has no record. @defaultValue `from ${row.source}` */
  readonly origin?: (row: CohortRow) => string;
}

/** Reasons of one kind that a step names; of more, the rarest are summed up as `"other"`. */
const MOST_REASONS = 6;

const EXCLUDED_STATUS: Readonly<Record<Exclude<Status, "used">, string>> = {
  missing: "the file is missing",
  unreadable: "the file cannot be read",
  duplicate: "the file, or a copy of its image, is already in the split",
};

/**
 * Retraces the flow of records to the model: records, those selected, those labelled, the cohort with what was added
 * to it, and the rows that are used. Each record that the filter excludes counts once, under the first field that
 * excludes it. Splitting excludes nothing and is not a step.
 *
 * @returns The steps in their order; a filter without fields gives none of its own.
 * @throws {InvalidArgumentError} when a labelled record is not among the selected ones, or comes twice; as
 * {@link filterRecords} on an invalid filter.
 */
export function cohortFlow(steps: CohortSteps): FlowStep[] {
  checkOptions(
    steps,
    {
      ...{ records: "objects", filter: "object", labelled: "objects", rows: "objects" },
      ...{ under: "string?", origin: "function?" },
    },
    "steps",
  );
  const { records, filter, labelled, rows, under = "", origin = ({ source }) => `from ${source}` } = steps;
  const selected = filterRecords(records, filter);
  const fields = Object.keys(filter) as FilterField[];
  const unlabelled = { positive: null, negative: null, added: [] };
  const flow: FlowStep[] = [
    { name: "records in the metadata", kept: records.length, ...unlabelled, excluded: [] },
  ];
  if (fields.length > 0) {
    const kept = new Set(selected);
    const refused = records.filter((record) => !kept.has(record));
    flow.push({
      name: `with ${fields.map((field) => `${field} ${wanted(filter, field).map(asText).join(" or ")}`).join(" and ")}`,
      kept: selected.length,
      ...unlabelled,
      excluded: tally(refused.map((record) => refusal(record, filter, fields))),
    });
  }
  const { added, left } = joinCohort(labelled, rows, under);
  const used = rows.filter(({ status }) => status === "used");
  flow.push(
    {
      name: "labelled by their finding",
      kept: labelled.length,
      ...countLabels(labelled),
      added: [],
      excluded: tally(withoutLabel(selected, labelled).map(({ finding }) => `finding is ${asText(finding)}`)),
    },
    {
      name: "in the cohort",
      kept: rows.length,
      ...countLabels(rows),
      added: tally(added.map(origin)),
      excluded: tally(Array.from({ length: left }, () => "not taken into the cohort")),
    },
    {
      name: "used",
      kept: used.length,
      ...countLabels(used),
      added: [],
      excluded: tally(rows.flatMap(({ status }) => (status === "used" ? [] : [EXCLUDED_STATUS[status]]))),
    },
  );
  return flow;
}

/** Counts equal reasons: the most frequent first, equal counts by name. */
function tally(reasons: readonly string[]): FlowChange[] {
  const counts = new Map<string, number>();
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const changes = [...counts]
    .map(([reason, count]) => ({ count, reason }))
    .sort((a, b) => b.count - a.count || compareCodePoints(a.reason, b.reason));
  if (changes.length <= MOST_REASONS) return changes;
  const rest = changes.splice(MOST_REASONS - 1);
  return [...changes, { count: rest.reduce((sum, { count }) => sum + count, 0), reason: "other" }];
}

/** Values that a filter accepts in a field. */
function wanted(filter: RecordFilter, field: FilterField): readonly MetadataRecord[FilterField][] {
  return [filter[field]].flat() as MetadataRecord[FilterField][];
}

function refusal(record: MetadataRecord, filter: RecordFilter, fields: readonly FilterField[]): string {
  const field = fields.find((name) => !wanted(filter, name).includes(record[name]))!;
  return `${field} is ${asText(record[field])}`;
}

function asText(value: MetadataRecord[FilterField]): string {
  if (value === null) return "unknown";
  return value === "" ? "blank" : String(value);
}

/** Selected records that got no label. */
function withoutLabel(
  selected: readonly MetadataRecord[],
  labelled: readonly LabelledRecord[],
): MetadataRecord[] {
  const left = new Set(selected);
  for (const { record } of labelled) {
    if (left.delete(record)) continue;
    throw new InvalidArgumentError({
      parameter: "labelled",
      value: record.filename,
      message:
        `expected each selected record at most once, got ${record.filename} (line ${record.line}) twice or from ` +
        "elsewhere; give the records of groupFindings and the filter that they were selected by",
    });
  }
  return [...left];
}

/** Rows without a labelled record, and the number of labelled records without a row. */
function joinCohort(labelled: readonly LabelledRecord[], rows: readonly CohortRow[], under: string) {
  const waiting = new Map<string, number>();
  for (const { record } of labelled) {
    const path = joinPath(under, record.folder, record.filename);
    waiting.set(path, (waiting.get(path) ?? 0) + 1);
  }
  const added = rows.filter(({ path }) => {
    const count = waiting.get(path) ?? 0;
    if (count > 0) waiting.set(path, count - 1);
    return count === 0;
  });
  return { added, left: [...waiting.values()].reduce((sum, count) => sum + count, 0) };
}
