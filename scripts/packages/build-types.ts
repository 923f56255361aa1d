// Checks the types of the whole repository and writes the declarations of packages/* beside what tsup bundles, both from one
// TypeScript program. Usage: node --import tsx scripts/packages/build-types.ts
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import ts from "typescript";

const root = process.cwd();
const SOURCE = /^(.*\/packages\/[^/]+)\/src\/(.*\.d\.ts)$/;
const onDisk: ts.FormatDiagnosticsHost = {
  getCanonicalFileName: (path) => path,
  getCurrentDirectory: () => root,
  getNewLine: () => "\n",
};

const { options, fileNames, errors } = ts.getParsedCommandLineOfConfigFile(
  join(root, "tsconfig.json"),
  { noEmit: false, declaration: true, emitDeclarationOnly: true },
  { ...ts.sys, onUnRecoverableConfigFileDiagnostic: report },
)!;
const program = ts.createProgram(fileNames, options);
const declarations = new Map<string, string>();
// By the path that a declaration has in a tarball: packages/NAME/src/x.d.ts becomes packages/NAME/dist/x.d.ts.
const { diagnostics } = program.emit(undefined, (path, text) => {
  const parts = SOURCE.exec(path);
  if (parts) declarations.set(join(parts[1]!, "dist", parts[2]!), text);
});
for (const diagnostic of [...errors, ...ts.getPreEmitDiagnostics(program), ...diagnostics])
  report(diagnostic);
if (process.exitCode === undefined) writeDeclarations();

function report(diagnostic: ts.Diagnostic): void {
  process.exitCode = 1;
  const format = process.stderr.isTTY ? ts.formatDiagnosticsWithColorAndContext : ts.formatDiagnostics;
  process.stderr.write(format([diagnostic], onDisk));
}

/** Of each package, what its entry points lead to: neither tests nor what no type of theirs names. */
function writeDeclarations(): void {
  for (const name of readdirSync(join(root, "packages"))) {
    const folder = join(root, "packages", name, "dist");
    const entries = [...declarations.keys()].filter(
      (path) => dirname(path) === folder && !/\.(test|study)\.d\.ts$/.test(path),
    );
    const reached = reachedFrom(entries);
    const left = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: "utf8" }) : [];
    for (const path of left.filter((each) => each.endsWith(".d.ts")).map((each) => join(folder, each))) {
      if (!reached.has(path)) rmSync(path);
    }
    for (const path of reached) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, declarations.get(path)!);
    }
  }
}

/** Declarations that these import, and so on; in the order found. */
function reachedFrom(entries: readonly string[]): Set<string> {
  const reached = new Set(entries);
  for (const path of reached) {
    for (const { fileName } of ts.preProcessFile(declarations.get(path)!).importedFiles) {
      if (!fileName.startsWith(".")) continue;
      const imported = resolve(dirname(path), fileName).replace(/\.js$/, ".d.ts");
      if (!declarations.has(imported)) {
        throw new Error(`expected a declaration of ${fileName}, which ${relative(root, path)} imports`);
      }
      reached.add(imported);
    }
  }
  return reached;
}
