import { InvalidArgumentError } from "@covidxr/core";
import type { MetadataRecord } from "./metadata-record.js";

/** Fields that can be compared: all but the catch-all of unnamed columns. */
export type FilterField = Exclude<keyof MetadataRecord, "otherColumns">;

/** For each field the value, or the values, that a record may have there. `null` stands for "unknown". */
export type RecordFilter = {
  readonly [Field in FilterField]?: MetadataRecord[Field] | readonly MetadataRecord[Field][];
};

/**
 * Keeps the records that have one of the wanted values in every named field. Values are compared exactly: `"AP"`
 * does not match `"AP Supine"`.
 *
 * @returns The matching records in their order, the same objects; empty when none matches.
 * @throws {InvalidArgumentError} on a field that records do not have, or an `undefined` value.
 */
export function filterRecords(records: readonly MetadataRecord[], filter: RecordFilter): MetadataRecord[] {
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
