import ts from "typescript";
import type { Example } from "./example.js";
import { fencedBlocks } from "./read-markdown-examples.js";

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
