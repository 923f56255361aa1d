import type { RunData } from "../run/read-run.js";
import { joinWords } from "./words.js";

/** Files that the text names; the others are counted. */
const NAMED = 5;

/**
 * What a reader must know of a run's files before its results: that they were edited after the run, or that nobody compared
 * them with a manifest. Null where they are those that the run wrote.
 */
export function integrityText({
  integrity: { verified, edited },
}: Pick<RunData, "integrity">): string | null {
  if (!verified) return "No manifest: the files of this run were not verified.";
  if (edited.length === 0) return null;
  const more = edited.length > NAMED ? [`${edited.length - NAMED} more`] : [];
  const names = joinWords([...edited.slice(0, NAMED), ...more]);
  return `Edited after the run: ${names}. Results that depend on them are not the run’s own.`;
}
