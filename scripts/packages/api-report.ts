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
 * The public interface of an entry point as text that a reviewer reads in a diff: its declarations without comments, in an
 * order that depends on nothing but the interface.
 *
 * @param specifier Such as `"@covidxr/core"`.
 * @param declarations Text of its `.d.ts` file, and of those that the bundler shares between entry points.
 */
export function apiReport(specifier: string, ...declarations: readonly string[]): string {
  const [entry, ...shared] = declarations.map((text) =>
    ts.createSourceFile("index.d.ts", text, ts.ScriptTarget.ESNext, true),
  );
  const statements = [
    ...entry!.statements.map((statement) => textOf(statement, entry!)),
    ...shared.flatMap((source) =>
      source.statements
        .filter((statement) => !ts.isExportDeclaration(statement))
        .map((statement) => textOf(statement, source)),
    ),
  ];
  const code = [...new Set(statements)].sort((a, b) => (a < b ? -1 : 1)).join("\n\n");
  return `# API of \`${specifier}\`\n\nWritten by \`pnpm api:report\`; a change here is a change for users.\n\n\`\`\`ts\n${code}\n\`\`\`\n`;
}

function textOf(statement: ts.Statement, source: ts.SourceFile): string {
  const clause =
    (ts.isExportDeclaration(statement) && statement.exportClause) ||
    (ts.isImportDeclaration(statement) && statement.importClause?.namedBindings) ||
    undefined;
  if (!clause || !("elements" in clause)) {
    return printer.printNode(ts.EmitHint.Unspecified, statement, source).replace(/^declare /, "");
  }
  const { moduleSpecifier } = statement as ts.ExportDeclaration | ts.ImportDeclaration;
  const path = (moduleSpecifier as ts.StringLiteral | undefined)?.text;
  // Shared files have short names for what they export, and a digest in their own.
  const isShared = path?.startsWith(".") === true;
  const names = clause.elements.map((element) => (isShared ? element.name.text : element.getText())).sort();
  const verb = ts.isExportDeclaration(statement) ? "export" : "import";
  return `${verb} {\n${names.map((name) => `  ${name},\n`).join("")}}${path === undefined || isShared ? "" : ` from "${path}"`};`;
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
      return { path, text: apiReport(specifier, ...(await withShared(declarations))), kept };
    }),
  );
}

/** Text of a `.d.ts` file followed by those beside it from which it takes something. */
async function withShared(path: string): Promise<string[]> {
  const found = new Map<string, string>();
  const read = async (file: string): Promise<void> => {
    const text = await readFile(file, "utf8");
    found.set(file, text);
    for (const [, other] of text.matchAll(/from ['"](\.[^'"]*)\.js['"]/g)) {
      const next = join(dirname(file), `${other}.d.ts`);
      if (!found.has(next)) await read(next);
    }
  };
  await read(path);
  return [...found.values()];
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
