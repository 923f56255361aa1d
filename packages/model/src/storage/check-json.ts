import { corrupt, shown } from "./faults.js";

/** Longest `model.json` that is read. Those of the largest published networks have a few megabytes. */
export const MAX_DESCRIPTION_BYTES = 32 * 2 ** 20;

/** Networks within networks nest about ten levels each; code that follows a description calls itself once a level. */
const MAX_DEPTH = 200;

/**
 * Checks a parsed `model.json` before anything follows it: how deep it nests, names that change an object instead of standing
 * in it, and numbers that JSON cannot hold, such as 1e999, which a digest would take for null.
 *
 * @throws {FileError} `"corrupt"`.
 */
export function checkJson(json: unknown, path: string): void {
  let level: unknown[] = [json];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) throw corrupt(path, `it nests more than ${MAX_DEPTH} levels deep`);
    const next: unknown[] = [];
    for (const value of level) {
      if (typeof value === "number" && !Number.isFinite(value)) {
        throw corrupt(path, "it has a number that no double can hold");
      }
      if (typeof value !== "object" || value === null) continue;
      if (Object.hasOwn(value, "__proto__")) throw corrupt(path, `it has the key ${shown("__proto__")}`);
      for (const item of Object.values(value)) next.push(item);
    }
    level = next;
  }
}
