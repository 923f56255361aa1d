import ts from "typescript";
import type { Example } from "./example.js";

/** A module made of a block, and where the block's lines are in it. */
export interface ExampleModule {
  readonly text: string;
  /** Lines before the block's first. */
  readonly offset: number;
}

/**
 * The block as the body of a function `example`, its imports before it, so that what the reader is told in prose can
 * be declared around it.
 *
 * @param given Declarations of what the block takes for granted.
 */
export function writeModule(code: string, given = ""): ExampleModule {
  const { imports, body } = takeImports(code);
  const imported = imports.join("\n").replace(/"[^"]*"/g, "");
  // A name cannot be imported and declared side by side.
  const declarations = given.split("\n").filter((line) => {
    const name = /declare const (\w+)/.exec(line)?.[1];
    return name === undefined || !new RegExp(`\\b${name}\\b`).test(imported);
  });
  const head = [
    ...imports.map((text) => text.replaceAll("\n", " ")),
    ...declarations,
    "export async function example() {",
  ];
  return { text: [...head, body, "}", ""].join("\n"), offset: head.length };
}

/**
 * The same as a program that says what happened. The function takes a recorder: `start()` is called before each
 * statement, `end(line, value, expected)` behind it, with the value of an expression and what the comment behind the
 * statement says; of the last statement, what the block of output below the example says.
 */
export function writeProgram({ code, output }: Pick<Example, "code" | "output">): string {
  const { imports, body } = takeImports(code);
  const source = ts.createSourceFile("example.ts", body, ts.ScriptTarget.Latest, true);
  const statements = source.statements.map((statement, i) => {
    const last = i === source.statements.length - 1;
    const text = statement.getText(source);
    const line = source.getLineAndCharacterOfPosition(statement.getStart(source)).line;
    const expected = JSON.stringify(commentBehind(body, statement) ?? (last ? output : undefined) ?? null);
    const run = ts.isExpressionStatement(statement)
      ? `const value = await (${statement.expression.getText(source)}); recorder.end(${line}, value, ${expected});`
      : undefined;
    return run === undefined
      ? `recorder.start();\n${text}\nrecorder.end(${line}, undefined, ${expected});`
      : `recorder.start();\n{ ${run} }`;
  });
  return [...imports, "export async function example(recorder) {", ...statements, "}", ""].join("\n");
}

/** The comment on the statement's last line, and the lines of comment right below it. */
function commentBehind(text: string, { end, pos }: ts.Statement): string | undefined {
  const found = /^[ \t]*(?:\/\/ ?(.*))?((?:\n[ \t]*\/\/.*)*)/.exec(text.slice(end));
  const below = (found?.[2] ?? "").split("\n").slice(1);
  const lines = [found?.[1], ...below.map((line) => line.replace(/^[ \t]*\/\/ ?/, ""))];
  // Below a statement that prints nothing, a comment belongs to what follows.
  if (found?.[1] === undefined && !text.slice(pos, end).includes("console.log(")) return undefined;
  const said = lines.filter((line) => line !== undefined);
  return said.length === 0 ? undefined : said.join("\n");
}

/** Takes the imports out; their lines stay, blank. */
function takeImports(code: string): { imports: string[]; body: string } {
  const source = ts.createSourceFile("example.ts", code, ts.ScriptTarget.Latest, true);
  const imports: string[] = [];
  let body = code;
  for (const statement of source.statements) {
    if (!ts.isImportDeclaration(statement)) continue;
    const start = statement.getStart(source);
    const text = code.slice(start, statement.end);
    imports.push(text);
    body = body.slice(0, start) + text.replace(/[^\n]/g, " ") + body.slice(statement.end);
  }
  return { imports, body };
}
