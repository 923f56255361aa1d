import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

/** A block of TypeScript that a reader is shown. */
export interface Example {
  /** Path from the root, with slashes. */
  readonly file: string;
  /** Of the block's first line of code, 1-based. */
  readonly line: number;
  readonly code: string;
  /** Block without a language right below it: what it prints last. */
  readonly output: string | undefined;
  /** Name of the function whose docstring it stands in; undefined in a Markdown file. */
  readonly subject: string | undefined;
}

/** Examples of the packages' docstrings, in the order of their files. */
export function listDocstringExamples(root: string): Example[] {
  const files = readdirSync(join(root, "packages")).flatMap((name) =>
    readdirSync(join(root, "packages", name, "src"), { recursive: true, encoding: "utf8" })
      .map((file) => `packages/${name}/src/${file.replaceAll("\\", "/")}`)
      .filter((file) => /\.tsx?$/.test(file) && !/\.(test|study|fixture)\.tsx?$/.test(file)),
  );
  return files
    .sort()
    .map((file) => ({ file, text: readFileSync(join(root, file), "utf8") }))
    .filter(({ text }) => text.includes("@example"))
    .flatMap(({ file, text }) => readDocstringExamples(file, text));
}

/** Examples of the README, the packages' READMEs and the guides. */
export function listMarkdownExamples(root: string): Example[] {
  const files = [
    "README.md",
    ...readdirSync(join(root, "packages")).map((name) => `packages/${name}/README.md`),
    ...readdirSync(join(root, "docs"))
      .filter((name) => name.endsWith(".md"))
      .map((name) => `docs/${name}`),
  ];
  return files.flatMap((file) => readMarkdownExamples(file, readFileSync(join(root, file), "utf8")));
}

/** The blocks of a Markdown file that are fenced as `ts`. */
export function readMarkdownExamples(file: string, text: string): Example[] {
  return fencedBlocks(text.split("\n")).map((block) => ({ file, subject: undefined, ...block }));
}

/** Fenced `ts` blocks among lines, with the number of their first line from 1. */
function fencedBlocks(lines: readonly string[]): Pick<Example, "line" | "code" | "output">[] {
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

/** The `ts` blocks behind `@example` in the docstrings of a file's exported declarations. */
export function readDocstringExamples(file: string, text: string): Example[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  return source.statements.flatMap((statement) => {
    const subject = nameOf(statement);
    const comment = ts
      .getLeadingCommentRanges(text, statement.pos)
      ?.findLast(({ pos }) => text.startsWith("/**", pos));
    if (subject === undefined || comment === undefined) return [];
    const first = source.getLineAndCharacterOfPosition(comment.pos).line;
    const lines = text
      .slice(comment.pos, comment.end)
      .split("\n")
      .map((line) => line.replace(/^\s*\* ?/, ""));
    const begin = lines.findIndex((line) => line.startsWith("@example"));
    if (begin < 0) return [];
    const blank = lines.slice(0, begin).map(() => "");
    return fencedBlocks([...blank, ...lines.slice(begin)]).map(({ line, ...block }) => ({
      file,
      subject,
      line: line + first,
      ...block,
    }));
  });
}

function nameOf(statement: ts.Statement): string | undefined {
  if (
    ts.isFunctionDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isClassDeclaration(statement)
  ) {
    return statement.name?.text;
  }
  return undefined;
}
