import type { Example } from "./example.js";

/** The blocks of a Markdown file that are fenced as `ts`. */
export function readMarkdownExamples(file: string, text: string): Example[] {
  return fencedBlocks(text.split("\n")).map((block) => ({ file, subject: undefined, ...block }));
}

/** Fenced `ts` blocks among lines, with the number of their first line from 1. */
export function fencedBlocks(lines: readonly string[]): Pick<Example, "line" | "code" | "output">[] {
  const fences = lines.flatMap((text, i) => (text.startsWith("```") ? [i] : []));
  const between = (k: number) => lines.slice(fences[k]! + 1, fences[k + 1]).join("\n");
  return fences.flatMap((start, k) => {
    // Every second fence closes a block.
    if (k % 2 === 1 || lines[start]?.trim() !== "```ts") return [];
    const next = fences[k + 2];
    const follows = next !== undefined && lines[next] === "```" && next === fences[k + 1]! + 2;
    return [{ line: start + 2, code: between(k), output: follows ? between(k + 2) : undefined }];
  });
}
