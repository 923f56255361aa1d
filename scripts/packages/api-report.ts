// Writes packages/*/api/*.api.md from what was built. Usage: pnpm api:report
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import ts from "typescript";
import { publicPackages } from "./workspace.js";

/** Entry points that only our own packages use: their interface is nobody's promise. */
const INTERNAL = /\/([a-z-]*internal|files)$/;
const printer = ts.createPrinter({ removeComments: true, newLine: ts.NewLineKind.LineFeed });

/** An API report and where it is kept. */
export interface KeptReport {
  readonly path: string;
  /** What it must say. */
  readonly text: string;
  /** What it says; undefined where there is none. */
  readonly kept: string | undefined;
}

/**
 * The public interface of an entry point as text that a reviewer reads in a diff: the names it exports, their declarations and
 * those of all types that these name, without comments, in an order that depends on nothing but the interface. What other
 * packages declare is imported.
 *
 * @param specifier Such as `"@covidxr/core"`.
 * @param entry Path of its `.d.ts` file.
 * @param readFile Gives the text of a declaration file.
 */
export function apiReport(
  specifier: string,
  entry: string,
  readFile: (path: string) => string | undefined = ts.sys.readFile,
): string {
  const program = ts.createProgram([entry], { noLib: true, types: [] }, hostOf(readFile));
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(entry)!;
  const lines = new Map<string, Set<string>>();
  const list = (statement: string, name: string) => {
    lines.set(statement, (lines.get(statement) ?? new Set()).add(name));
  };
  const statements = new Set<ts.Node>();
  const follow = (symbol: ts.Symbol): void => {
    const isAlias = (symbol.flags & ts.SymbolFlags.Alias) !== 0;
    const target = isAlias ? checker.getAliasedSymbol(symbol) : symbol;
    // A module of another package is not resolved.
    if (isAlias && !target.declarations) {
      const imported = symbol.declarations?.find(ts.isImportSpecifier);
      if (imported)
        list(`import from ${imported.parent.parent.parent.moduleSpecifier.getText()}`, imported.getText());
    }
    for (const declaration of target.declarations ?? []) {
      const statement = ts.findAncestor(declaration, ({ parent }) => parent && ts.isSourceFile(parent));
      if (statement === undefined || statements.has(statement)) continue;
      statements.add(statement);
      followNames(statement);
    }
  };
  const followNames = (node: ts.Node): void => {
    const symbol = ts.isIdentifier(node) ? checker.getSymbolAtLocation(node) : undefined;
    if (symbol) follow(symbol);
    ts.forEachChild(node, followNames);
  };
  for (const symbol of checker.getExportsOfModule(checker.getSymbolAtLocation(source)!)) {
    follow(symbol);
    const specifier = symbol.declarations?.find(ts.isExportSpecifier);
    const isType = specifier?.parent.parent.isTypeOnly === true;
    list("export", `${isType ? "type " : ""}${specifier?.getText() ?? symbol.name}`);
  }
  const lists = [...lines].map(([statement, names]) => {
    const [verb, origin] = statement.split(" from ");
    const elements = [...names].sort().map((name) => `  ${name},\n`);
    return `${verb} {\n${elements.join("")}}${origin === undefined ? "" : ` from ${origin}`};`;
  });
  const code = [...new Set([...lists, ...[...statements].map(textOf)])].sort((a, b) => (a < b ? -1 : 1));
  return `# API of \`${specifier}\`\n\nWritten by \`pnpm api:report\`; a change here is a change for users.\n\n\`\`\`ts\n${code.join("\n\n")}\n\`\`\`\n`;
}

/** Reads a package's own declarations alone. */
function hostOf(readFile: (path: string) => string | undefined): ts.CompilerHost {
  return {
    ...ts.createCompilerHost({}),
    fileExists: (path) => readFile(path) !== undefined,
    readFile,
    getSourceFile: (path, version) => {
      const text = readFile(path);
      return text === undefined ? undefined : ts.createSourceFile(path, text, version, true);
    },
    resolveModuleNameLiterals: (literals, importer) =>
      literals.map(({ text }) => ({
        resolvedModule: text.startsWith(".")
          ? {
              resolvedFileName: join(dirname(importer), text.replace(/\.js$/, ".d.ts")),
              extension: ts.Extension.Dts,
            }
          : undefined,
      })),
  };
}

function textOf(statement: ts.Node): string {
  return printer
    .printNode(ts.EmitHint.Unspecified, statement, statement.getSourceFile())
    .replace(/^(export )?(declare )?/, "")
    .replaceAll(/import\("\.[^"]*"\)\./g, "");
}

/**
 * One report for each public entry point of each package: `packages/NAME/api/ENTRY.api.md`.
 *
 * @throws {Error} when a package is not built.
 */
export async function apiReports(root: string): Promise<KeptReport[]> {
  const packages = await publicPackages(root);
  const entries = packages.flatMap(({ folder, manifest, entryPoints }) =>
    entryPoints
      .filter(({ specifier }) => !INTERNAL.test(specifier))
      .map((entry) => ({
        ...entry,
        folder,
        name: entry.specifier.slice(manifest.name.length + 1) || "index",
      })),
  );
  return Promise.all(
    entries.map(async ({ specifier, name, folder, target }) => {
      const declarations = join(folder, target.types);
      if (!existsSync(declarations)) {
        throw new Error(`expected ${specifier} built, found no ${declarations}; run npm run build first`);
      }
      const path = join(folder, "api", `${name.replaceAll("/", "-")}.api.md`);
      const kept = existsSync(path) ? await readFile(path, "utf8") : undefined;
      return { path, text: apiReport(specifier, declarations), kept };
    }),
  );
}

async function writeReports(root: string): Promise<void> {
  for (const { path, text, kept } of await apiReports(root)) {
    if (kept === text) continue;
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
    console.log(`${relative(root, path)} ${kept === undefined ? "written" : "changed"}`);
  }
}

if (process.argv[1]?.endsWith("api-report.ts")) void writeReports(process.cwd());
