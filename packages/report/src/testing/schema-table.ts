import { z } from "zod";
import { columnOf } from "../run/tables.js";

/** One documented field of a file: its path, such as `probes.results[].name`, and what it holds. */
type DocumentedField = readonly [path: string, description: string];

/**
 * The fields of a schema, nested ones behind their parent. Fields with the meta `leaf` are not taken apart.
 *
 * @throws {Error} on a field without a description.
 */
function documentedFields(schema: z.ZodType, prefix = ""): DocumentedField[] {
  const inner = unwrap(schema);
  if (inner instanceof z.ZodArray) return documentedFields(inner.element as z.ZodType, `${prefix}[]`);
  if (inner instanceof z.ZodRecord) return documentedFields(inner.valueType as z.ZodType, `${prefix}.NAME`);
  if (!(inner instanceof z.ZodObject)) return [];
  return Object.entries(inner.shape as Record<string, z.ZodType>).flatMap(([key, field]) => {
    const path = prefix === "" ? columnOf(key, field) : `${prefix}.${columnOf(key, field)}`;
    const { description, leaf } = field.meta() ?? {};
    if (description === undefined) throw new Error(`expected a description of ${path}, got none`);
    return [[path, description], ...(leaf ? [] : documentedFields(field, path))];
  });
}

/** A Markdown table of a schema's fields, padded as the formatter pads it. */
export function schemaTable(schema: z.ZodType, heading = "field"): string {
  const fields = documentedFields(schema).map(([path, description]) => [`\`${path}\``, description]);
  const rows = [[heading, "content"], ...fields];
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  const lines = rows.map((row) => `| ${row.map((cell, i) => cell.padEnd(widths[i]!)).join(" | ")} |`);
  return [lines[0], `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`, ...lines.slice(1)].join(
    "\n",
  );
}

function unwrap(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault)
    return unwrap(schema.unwrap() as z.ZodType);
  return schema;
}
