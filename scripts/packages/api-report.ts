import ts from "typescript";

const BY_CODE_UNITS = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
const printer = ts.createPrinter({ removeComments: true, newLine: ts.NewLineKind.LineFeed });

/** A name that the module exports. */
interface Exported {
  readonly name: string;
  readonly typeOnly: boolean;
}

/**
 * The public interface of an entry point as text that a reviewer reads in a diff: every exported declaration without its
 * comments, by name, then those that are not exported but that the others speak of. It depends on nothing but the interface: neither
 * on the order of the sources nor on prose.
 *
 * @param specifier Such as `"@covidxr/core/files"`.
 * @param declarations Text of its `.d.ts`, rolled up into one file.
 * @throws {Error} when the declarations are spread over several files, or hold what this does not know.
 */
export function apiReport(specifier: string, declarations: string): string {
  const source = ts.createSourceFile("index.d.ts", declarations, ts.ScriptTarget.ESNext, true);
  const imports: string[] = [];
  const foreign: string[] = [];
  const exported = new Map<string, Exported[]>();
  const declared = new Map<string, ts.Statement[]>();
  for (const statement of source.statements) {
    if (ts.isImportDeclaration(statement)) imports.push(...importsOf(statement));
    else if (ts.isExportDeclaration(statement)) {
      if (statement.moduleSpecifier) foreign.push(...foreignExportsOf(statement));
      else collectExports(statement, exported);
    } else {
      const name = nameOf(statement, specifier);
      declared.set(name, [...(declared.get(name) ?? []), statement]);
    }
  }
  const open: { name: string; text: string }[] = [];
  const hidden: { name: string; text: string }[] = [];
  for (const [name, statements] of declared) {
    const texts = statements.map((statement) => print(statement, source));
    const names = exported.get(name);
    if (!names) hidden.push({ name, text: texts.join("\n") });
    for (const { name: publicName, typeOnly } of names ?? []) {
      const note = noteOf(name, publicName, typeOnly && isValue(statements[0]!));
      open.push({ name: publicName, text: note + texts.map((text) => `export ${text}`).join("\n") });
    }
  }
  const sections = [
    [...imports].sort(BY_CODE_UNITS).join("\n"),
    [...foreign].sort(BY_CODE_UNITS).join("\n"),
    ...sorted(open).map(({ text }) => text),
    hidden.length > 0 ? "// Not exported, but part of the declarations above" : "",
    ...sorted(hidden).map(({ text }) => text),
  ].filter((section) => section !== "");
  return `# API of \`${specifier}\`

Written by \`pnpm api:report\`; a change of this file is a change for users.

\`\`\`ts
${sections.join("\n\n")}
\`\`\`
`;
}

function sorted<T extends { readonly name: string }>(entries: readonly T[]): T[] {
  return [...entries].sort((a, b) => BY_CODE_UNITS(a.name, b.name));
}

function noteOf(name: string, publicName: string, typeOnly: boolean): string {
  return `${name === publicName ? "" : `// as ${publicName}\n`}${typeOnly ? "// its type alone\n" : ""}`;
}

function print(statement: ts.Statement, source: ts.SourceFile): string {
  return printer
    .printNode(ts.EmitHint.Unspecified, statement, source)
    .replace(/^declare /, "")
    .trim();
}

function isValue(statement: ts.Statement): boolean {
  return !ts.isInterfaceDeclaration(statement) && !ts.isTypeAliasDeclaration(statement);
}

function nameOf(statement: ts.Statement, specifier: string): string {
  if (
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement) ||
    ts.isEnumDeclaration(statement)
  ) {
    return statement.name!.text;
  }
  if (ts.isVariableStatement(statement)) {
    const [declaration, ...others] = statement.declarationList.declarations;
    if (others.length === 0 && ts.isIdentifier(declaration!.name)) return declaration!.name.text;
  }
  throw new Error(`${specifier}: expected a declaration, got ${statement.getText().slice(0, 100)}`);
}

function moduleOf(statement: ts.ImportDeclaration | ts.ExportDeclaration): string {
  const { text } = statement.moduleSpecifier as ts.StringLiteral;
  if (text.startsWith(".")) {
    throw new Error(`expected all declarations in one file, got some in ${text}; let tsup roll them up`);
  }
  return text;
}

function importsOf(statement: ts.ImportDeclaration): string[] {
  const from = moduleOf(statement);
  const clause = statement.importClause;
  const bindings = clause?.namedBindings;
  const names: string[] = [];
  if (clause?.name) names.push(clause.name.text);
  if (bindings && ts.isNamespaceImport(bindings)) names.push(`* as ${bindings.name.text}`);
  if (bindings && ts.isNamedImports(bindings)) {
    names.push(...bindings.elements.map((element) => `{ ${aliased(element)} }`));
  }
  return names.map((name) => `import ${name} from "${from}";`);
}

function foreignExportsOf(statement: ts.ExportDeclaration): string[] {
  const from = moduleOf(statement);
  if (!statement.exportClause || !ts.isNamedExports(statement.exportClause)) {
    throw new Error(`expected exports by name, got all of ${from}`);
  }
  return statement.exportClause.elements.map((element) => `export { ${aliased(element)} } from "${from}";`);
}

function aliased(element: ts.ImportSpecifier | ts.ExportSpecifier): string {
  const own = element.name.text;
  return element.propertyName ? `${element.propertyName.text} as ${own}` : own;
}

function collectExports(statement: ts.ExportDeclaration, exported: Map<string, Exported[]>): void {
  for (const element of (statement.exportClause as ts.NamedExports).elements) {
    const local = (element.propertyName ?? element.name).text;
    const entry = { name: element.name.text, typeOnly: element.isTypeOnly || statement.isTypeOnly };
    exported.set(local, [...(exported.get(local) ?? []), entry]);
  }
}
