import { format, inspect } from "node:util";

/** Compares what an example does with what its comments say. */
export interface Recorder {
  start(): void;
  /** `line` is that of the statement in the example, from 0. */
  end(line: number, value: unknown, expected: string | null): void;
  /** Takes the place of `console.log`. */
  log(...values: unknown[]): void;
  /** Statements whose comment was compared. */
  readonly compared: number;
  /** What the comments say otherwise, by line from 0. */
  readonly faults: readonly { readonly line: number; readonly message: string }[];
}

/** `…` in an expected text stands for anything. */
export function createRecorder(): Recorder {
  const faults: { line: number; message: string }[] = [];
  let printed: string[] = [];
  let compared = 0;
  return {
    start() {
      printed = [];
    },
    log(...values) {
      printed.push(format(...values));
    },
    end(line, value, expected) {
      const said = printed.length > 0;
      if (expected === null) {
        if (said) faults.push({ line, message: `prints ${printed.join("\n")}, and no comment says so` });
        return;
      }
      if (!said && value === undefined) return;
      compared++;
      const got = said
        ? printed.join("\n")
        : inspect(value, { depth: 4, breakLength: Number.POSITIVE_INFINITY });
      if (!agrees(got, expected)) faults.push({ line, message: `expected ${expected}, got ${got}` });
    },
    get compared() {
      return compared;
    },
    faults,
  };
}

/** Whether a comment is the text, or begins with it and goes on in prose. Blanks and the kind of quotes do not count. */
function agrees(got: string, expected: string): boolean {
  // Quotes, and lengths of typed arrays.
  const [value, comment] = [got, expected].map((text) =>
    text
      .replace(/\s+/g, "")
      .replaceAll('"', "'")
      .replace(/(?<=Array)\(\d+\)/g, ""),
  ) as [string, string];
  // Prose begins behind a comma, semicolon or colon, any of them.
  const ends = [...comment.matchAll(/[,;:]|$/g)].map(({ index }) => index);
  return ends.some((end) => {
    const parts = comment.slice(0, end).split("…");
    const pattern = parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join(".+");
    return new RegExp(`^${pattern}$`).test(value);
  });
}
