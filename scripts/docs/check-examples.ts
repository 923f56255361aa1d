import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import ts from "typescript";
import { bundle } from "../../packages/covidxr/src/testing/bundle-programs.js";
import type { Example } from "./list-examples.js";

/**
 * What TypeScript has against examples, as `file:line: message`. They are checked by the root's tsconfig.json, each as a
 * file of its own beside the file it stands in, which is where its imports are looked for.
 *
 * @param given Declarations of what the blocks of a Markdown file take for granted, by its path.
 */
export function checkTypes(
  root: string,
  examples: readonly Example[],
  given: Readonly<Record<string, string>> = {},
): string[] {
  const settings = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(
    { ...settings.config, include: [], files: [] },
    ts.sys,
    root,
  );
  const files = new Map(
    examples.map((example, i) => {
      // Guides and the README may import every package, as the examples do.
      const folder = example.file.startsWith("packages/") ? dirname(example.file) : "examples/src";
      const module = writeModule(example.code, given[example.file]);
      return [join(root, folder, `documented-example-${i}.ts`), { example, ...module }] as const;
    }),
  );
  const host = ts.createCompilerHost(options);
  const { fileExists, getSourceFile, readFile } = host;
  host.fileExists = (path) => files.has(path) || fileExists.call(host, path);
  host.readFile = (path) => files.get(path)?.text ?? readFile.call(host, path);
  host.getSourceFile = (path, version, ...rest) => {
    const text = files.get(path)?.text;
    return text === undefined
      ? getSourceFile.call(host, path, version, ...rest)
      : ts.createSourceFile(path, text, version, true);
  };
  const program = ts.createProgram(
    [...files.keys()],
    { ...options, noUnusedLocals: false, noUnusedParameters: false, noUncheckedIndexedAccess: false },
    host,
  );
  return [...files].flatMap(([path, { example, offset }]) => {
    const source = program.getSourceFile(path);
    const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    return found.map(({ start = 0, messageText }) => {
      const { line } = ts.getLineAndCharacterOfPosition(source!, start);
      return `${example.file}:${example.line + line - offset}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`;
    });
  });
}

interface Outcome {
  readonly error: string | null;
  readonly compared: number;
  readonly faults: readonly { readonly line: number; readonly message: string }[];
}

/**
 * Runs examples in a process of its own, on the packages' sources, in a folder with a few synthetic radiographs
 * (`images/covid`, `images/normal`, `images.csv`). Gives what they throw, and where they give or print something else
 * than their comments say, as `file:line: message`. An example that says nothing that could be compared is a fault.
 */
export async function runExamples(root: string, examples: readonly Example[]): Promise<string[]> {
  // Inside the repository, so that the examples find what is installed.
  mkdirSync(join(root, ".cache"), { recursive: true });
  const folder = mkdtempSync(join(root, ".cache", "examples-"));
  try {
    const names = examples.map((_, i) => `example-${i}`);
    for (const [i, name] of names.entries())
      writeFileSync(join(folder, `${name}.ts`), writeProgram(examples[i]!));
    const bundles = join(folder, "bundles");
    await bundle(
      {
        ...Object.fromEntries(names.map((name) => [name, join(folder, `${name}.ts`)])),
        run: "scripts/docs/run-examples-in-process.ts",
        narrow: "packages/covidxr/src/testing/narrow-network.ts",
      },
      bundles,
    );
    const programs = names.map((name) => join(bundles, `${name}.mjs`));
    writeFileSync(join(folder, "programs.json"), JSON.stringify(programs));
    await runPrograms(folder, bundles);
    const outcomes: readonly Outcome[] = JSON.parse(readFileSync(join(folder, "outcomes.json"), "utf8"));
    return examples.flatMap(({ file, line, subject }, i) => {
      const { error, compared, faults } = outcomes[i]!;
      const place = `${file}:${line}`;
      if (error !== null) return [`${place}: ${subject ?? "the block"} throws ${error}`];
      if (compared === 0 && faults.length === 0)
        return [`${place}: expected a comment that says what comes out, got none`];
      return faults.map((fault) => `${file}:${line + fault.line}: ${fault.message}`);
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A process of its own, since TensorFlow.js and onnxruntime are slow in the context of tests; networks are narrow there. */
async function runPrograms(folder: string, bundles: string): Promise<void> {
  const [narrow, run] = ["narrow.mjs", "run.mjs"].map((name) => join(bundles, name)) as [string, string];
  const child = spawn(process.execPath, ["--import", pathToFileURL(narrow).href, run, folder], {
    env: { ...process.env, NODE_NO_WARNINGS: "1" },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const output: Buffer[] = [];
  child.stderr.on("data", (chunk: Buffer) => output.push(chunk));
  const status = await new Promise<number | null>((resolve) => child.on("close", resolve));
  if (status !== 0)
    throw new Error(`expected status 0, got ${status}: ${Buffer.concat(output).toString("utf8")}`);
}

/** A module made of a block, and where the block's lines are in it. */
interface ExampleModule {
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
function writeModule(code: string, given = ""): ExampleModule {
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
 * statement, `end(line, value, expected)` after it, with the value of an expression and what the comment after the
 * statement says; of the last statement, what the block of output below the example says.
 */
function writeProgram({ code, output }: Pick<Example, "code" | "output">): string {
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
