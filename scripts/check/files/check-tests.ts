import { dirname } from "node:path/posix";
import ts from "typescript";
import { listImports } from "../imports/list-imports.js";
import { fileOf, resolveSpecifier } from "../imports/resolve-specifier.js";
import type { Fault } from "../repository/fault.js";
import { listWorkspaces } from "../repository/list-workspaces.js";
import { parseSource } from "../repository/parse-source.js";
import type { Repository } from "../repository/repository.js";

/**
 * Checks that each file whose functions or classes a package exports is tested beside it: by `a.test.ts` for `a.ts`,
 * or by a test of its folder that imports it. Files of types and constants need none. What is public is read from the
 * package's `index.ts` files.
 */
export function checkTests(repository: Repository): Fault[] {
  const files = new Set(repository.files);
  const missing = new Map<string, Fault>();
  for (const { published, folder } of listWorkspaces(repository)) {
    if (!published) continue;
    const entries = repository.files.filter(
      (file) => file.startsWith(`${folder}/src/`) && /\/index\.tsx?$/.test(file),
    );
    for (const entry of entries) {
      for (const { path, names } of exportedValues(repository, entry)) {
        const file = fileOf(files, path);
        if (file === undefined || entries.includes(file) || missing.has(file)) continue;
        if (isTested(repository, files, file)) continue;
        const untested = callablesOf(repository, file).filter((name) => names.includes(name));
        if (untested.length === 0) continue;
        const message = `expected a test beside this file, since ${untested.join(", ")} is public; add one`;
        missing.set(file, { rule: "missing-test", file, message });
      }
    }
  }
  return [...missing.values()].sort((a, b) => (a.file < b.file ? -1 : 1));
}

function isTested(repository: Repository, files: ReadonlySet<string>, file: string): boolean {
  const stem = file.replace(/\.tsx?$/, "");
  const tests = repository.files.filter(
    (test) => dirname(test) === dirname(file) && /\.test\.tsx?$/.test(test),
  );
  return tests.some(
    (test) =>
      test.replace(/\.test\.tsx?$/, "") === stem ||
      listImports(repository, test).some(({ specifier }) => {
        const target = specifier === undefined ? undefined : resolveSpecifier(test, specifier);
        return target?.kind === "file" && fileOf(files, target.path) === file;
      }),
  );
}

/** Names that an index file hands on as values, by the path they come from. */
function exportedValues(repository: Repository, entry: string): { path: string; names: string[] }[] {
  return parseSource(repository, entry).statements.flatMap((statement) => {
    if (!ts.isExportDeclaration(statement) || statement.isTypeOnly) return [];
    const { exportClause, moduleSpecifier } = statement;
    if (!moduleSpecifier || !ts.isStringLiteral(moduleSpecifier) || !exportClause) return [];
    const target = resolveSpecifier(entry, moduleSpecifier.text);
    if (target.kind !== "file" || !ts.isNamedExports(exportClause)) return [];
    const values = exportClause.elements.filter(({ isTypeOnly }) => !isTypeOnly);
    return [
      { path: target.path, names: values.map(({ propertyName, name }) => (propertyName ?? name).text) },
    ];
  });
}

/** Names of the functions and classes that a file declares and exports. */
function callablesOf(repository: Repository, file: string): string[] {
  return parseSource(repository, file).statements.flatMap((statement): string[] => {
    const exported =
      ts.canHaveModifiers(statement) &&
      ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true;
    if (!exported) return [];
    if (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) {
      return statement.name ? [statement.name.text] : [];
    }
    if (!ts.isVariableStatement(statement)) return [];
    return statement.declarationList.declarations.flatMap(({ name, initializer }) =>
      ts.isIdentifier(name) &&
      initializer &&
      (ts.isArrowFunction(initializer) || ts.isFunctionExpression(initializer))
        ? [name.text]
        : [],
    );
  });
}
