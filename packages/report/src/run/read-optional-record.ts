import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { FileError } from "@covidxr/core";
import { z } from "zod";

/** A number from `low` to `high`, or null, which is how JSON writes an undefined figure; read as NaN. */
export function figureBetween(low: number, high: number) {
  return z
    .number()
    .min(low)
    .max(high)
    .nullable()
    .transform((value) => value ?? Number.NaN);
}

/**
 * Reads a JSON file of a run's folder that need not be there; null when it is not.
 *
 * @param expected What the file holds, such as `"an audit of the cohort"`.
 * @throws {FileError} `"unreadable"` when it cannot be read, `"corrupt"` when it is something else.
 */
export async function readOptionalRecord<Schema extends z.ZodType>(
  folder: string,
  name: string,
  schema: Schema,
  expected: string,
): Promise<z.infer<Schema> | null> {
  const path = join(folder, name);
  const refuse = (reason: "unreadable" | "corrupt", got: string, cause: unknown): never => {
    throw new FileError({
      path,
      reason,
      message: `expected ${expected}, ${got}; make the file again or remove it`,
      cause,
    });
  };
  const text = await readFile(path, "utf8").catch((cause: NodeJS.ErrnoException) =>
    cause.code === "ENOENT" ? null : refuse("unreadable", "got a file that cannot be read", cause),
  );
  if (text === null) return null;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    return refuse("corrupt", "got something that is not JSON", cause);
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = issue!.path.length === 0 ? "record" : `"${issue!.path.join(".")}"`;
  return refuse("corrupt", `got a wrong ${place} (${issue!.message})`, parsed.error);
}
