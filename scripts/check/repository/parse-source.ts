import ts from "typescript";
import type { Repository } from "./repository.js";

const parsed = new WeakMap<Repository, Map<string, ts.SourceFile>>();

/** A file that TypeScript can parse. */
export function isScript(file: string): boolean {
  return /\.([cm]?[jt]s|[jt]sx)$/.test(file);
}

/** The syntax tree of a file; parsed once, whatever the number of rules. */
export function parseSource(repository: Repository, file: string): ts.SourceFile {
  let files = parsed.get(repository);
  if (!files) {
    files = new Map();
    parsed.set(repository, files);
  }
  let source = files.get(file);
  if (!source) {
    source = ts.createSourceFile(file, repository.read(file), ts.ScriptTarget.Latest);
    files.set(file, source);
  }
  return source;
}

/** 1-based line of a position. */
export function lineOf(source: ts.SourceFile, position: number): number {
  return source.getLineAndCharacterOfPosition(position).line + 1;
}
