import { dirname, join } from "node:path";
import ts from "typescript";
import type { Example } from "./example.js";
import { writeModule } from "./write-module.js";

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
