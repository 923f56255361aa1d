import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";
import ts from "typescript";
import type { PackedPackage } from "./pack-packages.js";

/**
 * Proves `"sideEffects": false` for each entry point of a package. A bundler that imports it for nothing keeps nothing; and its
 * code, read without that promise, only declares: no statement at the top of a module calls or assigns anything.
 *
 * @returns Faults, one line each; none when all is well.
 */
export async function checkSideEffects(packed: PackedPackage): Promise<string[]> {
  const faults: string[] = [];
  for (const { specifier, target } of packed.source.entryPoints) {
    const kept = await bundleUnused(packed, specifier, target.default);
    if (kept !== "") faults.push(`import "${specifier}" leaves ${kept.length} bytes: ${firstLine(kept)}`);
  }
  for (const { path } of packed.files.filter((file) => /^dist\/.*\.js$/.test(file.path))) {
    const code = await readFile(join(packed.folder, path), "utf8");
    faults.push(...actionsOf(path, code).map((action) => `${path} does something when imported: ${action}`));
  }
  return faults;
}

/** What a bundler keeps of a program that only says `import "specifier"`. */
async function bundleUnused(packed: PackedPackage, specifier: string, file: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: `import "${specifier}";`, resolveDir: packed.folder },
    bundle: true,
    format: "esm",
    platform: "node",
    write: false,
    logLevel: "silent",
    plugins: [
      {
        name: "packed",
        setup({ onResolve }) {
          // Dependencies answer for themselves.
          onResolve({ filter: /^[^.]/ }, ({ path, kind }) => {
            if (kind === "entry-point") return undefined;
            if (path === specifier) return undefined;
            return { path, external: true, sideEffects: false };
          });
        },
      },
    ],
    alias: { [specifier]: join(packed.folder, file) },
  });
  return outputFiles[0]!.text.trim();
}

/** Statements at the top of a module that are no declarations. */
function actionsOf(path: string, code: string): string[] {
  const source = ts.createSourceFile(path, code, ts.ScriptTarget.ESNext);
  return source.statements
    .filter((statement) => !isDeclaration(statement))
    .map((statement) => firstLine(code.slice(statement.getStart(source), statement.end)));
}

function isDeclaration(statement: ts.Statement): boolean {
  return (
    ts.isImportDeclaration(statement) ||
    ts.isExportDeclaration(statement) ||
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isVariableStatement(statement)
  );
}

function firstLine(text: string): string {
  const [line] = text.split("\n");
  return line!.slice(0, 100);
}
