import ts from "typescript";
import { lineOf, parseSource } from "../repository/parse-source.js";
import type { Repository } from "../repository/repository.js";

/** One place of a file that names another file or a package. */
export interface ImportReference {
  /** As it is written; undefined where it is computed. */
  readonly specifier: string | undefined;
  /** 1-based. */
  readonly line: number;
}

/** Methods that take the name of a module first. */
const LOADER_METHODS: Readonly<Record<string, ReadonlySet<string>>> = {
  require: new Set(["resolve"]),
  jest: new Set([
    "createMockFromModule",
    "deepUnmock",
    "doMock",
    "dontMock",
    "mock",
    "requireActual",
    "requireMock",
    "setMock",
    "unmock",
    "unstable_mockModule",
    "unstable_unmockModule",
  ]),
};

/**
 * Every import of a file: static ones, re-exports, `import type`, `import x = require("…")`, dynamic `import("…")`,
 * types `import("…")`, `require`, `require.resolve`, `import.meta.resolve`, Jest's mocks, module augmentations and
 * `/// <reference types="…" />`.
 */
export function listImports(repository: Repository, file: string): ImportReference[] {
  const source = parseSource(repository, file);
  const found: ImportReference[] = source.typeReferenceDirectives.map(({ fileName, pos }) => ({
    specifier: fileName,
    line: lineOf(source, pos),
  }));
  const visit = (node: ts.Node): void => {
    const named = moduleName(node);
    if (named !== undefined) {
      const specifier = named && ts.isStringLiteralLike(named) ? named.text : undefined;
      found.push({ specifier, line: lineOf(source, node.getStart(source)) });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** The expression that names a module, null where a loader is called without one, undefined where nothing is loaded. */
function moduleName(node: ts.Node): ts.Node | null | undefined {
  if (ts.isImportDeclaration(node)) return node.moduleSpecifier;
  if (ts.isExportDeclaration(node)) return node.moduleSpecifier;
  if (ts.isExternalModuleReference(node)) return node.expression;
  if (ts.isImportTypeNode(node)) return ts.isLiteralTypeNode(node.argument) ? node.argument.literal : null;
  if (ts.isModuleDeclaration(node)) return ts.isStringLiteral(node.name) ? node.name : undefined;
  if (ts.isCallExpression(node) && isLoader(node.expression)) return node.arguments[0] ?? null;
  return undefined;
}

function isLoader(callee: ts.Expression): boolean {
  if (callee.kind === ts.SyntaxKind.ImportKeyword) return true;
  if (ts.isIdentifier(callee)) return callee.text === "require";
  if (!ts.isPropertyAccessExpression(callee)) return false;
  const { expression, name } = callee;
  if (ts.isMetaProperty(expression)) return name.text === "resolve";
  return ts.isIdentifier(expression) && LOADER_METHODS[expression.text]?.has(name.text) === true;
}
