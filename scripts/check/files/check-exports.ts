import ts from "typescript";
import type { Fault } from "../repository/fault.js";
import { isScript, lineOf, parseSource } from "../repository/parse-source.js";
import type { Repository } from "../repository/repository.js";
import { roleOf } from "../repository/role-of.js";

/**
 * Finds default exports and `export *`. Biome has rules for both; they let `export { default } from`, `export type *`
 * and files in `fixtures` pass. Settings of tools are exempt from the first one, since the tools ask for it.
 */
export function checkExports(repository: Repository): Fault[] {
  return repository.files.filter(isScript).flatMap((file): Fault[] => {
    const source = parseSource(repository, file);
    return source.statements.flatMap((statement): Fault[] => {
      const line = lineOf(source, statement.getStart(source));
      if (ts.isExportDeclaration(statement) && !isNamed(statement.exportClause)) {
        return [
          { rule: "export-all", file, line, message: "expected exports by name, got `export *`; name them" },
        ];
      }
      if (roleOf(file) !== "settings" && exportsDefault(statement)) {
        return [
          {
            rule: "default-export",
            file,
            line,
            message: "expected a named export, got a default one; name it",
          },
        ];
      }
      return [];
    });
  });
}

function isNamed(clause: ts.NamedExportBindings | undefined): boolean {
  return clause !== undefined && ts.isNamedExports(clause);
}

function exportsDefault(statement: ts.Statement): boolean {
  if (ts.isExportAssignment(statement)) return true;
  if (ts.isExportDeclaration(statement)) {
    const { exportClause } = statement;
    return exportClause !== undefined && ts.isNamedExports(exportClause)
      ? exportClause.elements.some(({ name }) => name.text === "default")
      : false;
  }
  return (
    ts.canHaveModifiers(statement) &&
    ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword) === true
  );
}
