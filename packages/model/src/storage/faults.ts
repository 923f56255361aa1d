import { FileError } from "@covidxr/core";
import { showControls } from "@covidxr/core/internal";

/** A file of a saved model that is incomplete, or not as it was saved. */
export function corrupt(path: string, problem: string, cause?: unknown): FileError {
  return new FileError({
    path,
    reason: "corrupt",
    message: `expected a complete saved model, got a damaged one (${problem}); copy or save it again`,
    cause,
  });
}

/** A model in a form that is not read here. */
export function different(path: string, got: string, remedy: string, cause?: unknown): FileError {
  return new FileError({
    path,
    reason: "different",
    message: `expected a layers model of TensorFlow.js, got ${got}; ${remedy}`,
    cause,
  });
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A value in a message: one line, and short. */
export function shown(value: unknown): string {
  return shortened(JSON.stringify(value) ?? String(value), 60);
}

/** The first line of another library's message, without its length. */
export function reasonOf(error: unknown): string {
  const [line] = String((error as Error).message)
    .trim()
    .split("\n", 1);
  return shortened(showControls(line!), 200);
}

function shortened(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
