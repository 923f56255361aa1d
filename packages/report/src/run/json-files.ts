import { readFile } from "node:fs/promises";
import { FileError, InvalidArgumentError } from "@covidxr/core";
import { writeFileAtomic } from "@covidxr/core/files";
import type { z } from "zod";

/**
 * Reads a JSON file by its schema; null when there is no such file.
 *
 * @param expected What the file holds, such as `"an audit of the cohort"`.
 * @throws {FileError} `"unreadable"` when it cannot be read, `"corrupt"` when it is something else.
 */
export async function readJson<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
  expected: string,
): Promise<z.output<Schema> | null> {
  const refuse = (reason: "unreadable" | "corrupt", got: string, cause: unknown): never => {
    const message = `expected ${expected}, ${got}; make the file again or remove it`;
    throw new FileError({ path, reason, message, cause });
  };
  const text = await readFile(path, "utf8").catch((cause: NodeJS.ErrnoException) =>
    // ENOTDIR: its folder is a file, such as `run.json` named in place of the run's folder.
    cause.code === "ENOENT" || cause.code === "ENOTDIR"
      ? null
      : refuse("unreadable", "got a file that cannot be read", cause),
  );
  if (text === null) return null;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    return refuse("corrupt", "got something that is not JSON", cause);
  }
  if (!isShallow(json)) return refuse("corrupt", `got more than ${DEEPEST} levels`, undefined);
  const parsed = schema.safeParse(json);
  return parsed.success ? parsed.data : refuse("corrupt", `got ${firstIssue(parsed.error)}`, parsed.error);
}

/**
 * Writes a JSON file, whole or not at all, once its schema would read it; NaN becomes `null`.
 *
 * @throws {InvalidArgumentError} on a value that the schema would refuse.
 * @throws {FileError} `"unwritable"`.
 */
export async function writeJson(path: string, schema: z.ZodType, value: unknown): Promise<void> {
  await writeFileAtomic(path, jsonText(path, schema, value));
}

/** The content of a JSON file, as {@link writeJson} writes it. */
export function jsonText(path: string, schema: z.ZodType, value: unknown): string {
  const text = JSON.stringify(value, undefined, 2);
  const parsed = schema.safeParse(JSON.parse(text));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new InvalidArgumentError({
      parameter: issue!.path.join(".") || "record",
      value,
      message: `expected what a reader of ${path} takes, got ${firstIssue(parsed.error)}`,
    });
  }
  return `${text}\n`;
}

/** Levels of a JSON file: many more than any has, and few enough for every function that calls itself. */
const DEEPEST = 100;

function isShallow(json: unknown): boolean {
  let level = [json];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEEPEST) return false;
    level = level.flatMap((value) =>
      typeof value === "object" && value !== null ? Object.values(value) : [],
    );
  }
  return true;
}

function firstIssue({ issues: [issue] }: z.ZodError): string {
  const place = issue!.path.length === 0 ? "record" : `"${issue!.path.join(".")}"`;
  return `a wrong ${place} (${issue!.message})`;
}
