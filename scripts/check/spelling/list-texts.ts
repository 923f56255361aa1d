import ts from "typescript";
import { isScript, parseSource } from "../repository/parse-source.js";
import type { Repository } from "../repository/repository.js";
import type { Zone } from "./spellings.js";

/** A piece of a file in which spelling counts. */
export interface Text {
  readonly zone: Zone;
  /** What must not be read is blanked out; line breaks are where they were. */
  readonly text: string;
  /** Where it begins in the file. */
  readonly start: number;
}

/** Code, addresses, tags and flags, and titles of papers, which keep their spelling. */
const FOREIGN = [
  /```[\s\S]*?```|`[^`]*`|\{@[^}]*\}|@param \w+|\$\w+|--[a-z][\w-]*/g,
  /https?:\/\/[^\s)>]+|\]\([^)]*\)|@[a-z]+\/[\w./-]+|<[^>\n]+>|\w*(,\w+){2,}/g,
  /"[A-Z][^"]{20,}"|“[^”]*”/g,
];
/** In texts of a program also what stands before a colon: a parameter, a property of CSS. */
const LABEL = /[\w-]+:/g;
/** The margin of a comment, which would part words that belong together. */
const MARGIN = /^[ \t]*(\/\/|\*(?!\/))/gm;

/** Texts of a script (comments, strings that are sentences, texts of JSX, declared names) or of a Markdown file. */
export function listTexts(repository: Repository, file: string): Text[] {
  // Reports of an API are written by a program, from declarations that are read themselves.
  if (file.endsWith(".api.md")) return [];
  if (file.endsWith(".md")) return [{ zone: "prose", text: blank(repository.read(file), FOREIGN), start: 0 }];
  if (!isScript(file)) return [];
  const source = parseSource(repository, file);
  const literals: ts.Node[] = [];
  const texts: Text[] = [];
  const visit = (node: ts.Node): void => {
    if (
      ts.isLiteralExpression(node) ||
      ts.isJsxText(node) ||
      ts.isTemplateMiddleOrTemplateTail(node) ||
      ts.isTemplateHead(node)
    ) {
      literals.push(node);
    }
    const name = declaredName(node);
    if (name) texts.push({ zone: "names", text: name.text, start: name.getStart(source) });
    if (isSentence(node)) {
      // Without the quotes, of which a template's would look like the beginning of code.
      const start = node.getStart(source) + (ts.isJsxText(node) ? 0 : 1);
      const text = source.text.slice(start, ts.isJsxText(node) ? node.end : node.end - 1);
      texts.push({ zone: "prose", text: blank(text.replaceAll("\\`", " `"), [...FOREIGN, LABEL]), start });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  for (const { start, text } of commentsOf(source, literals)) {
    texts.push({ zone: "prose", text: blank(blank(text, [MARGIN]), FOREIGN), start });
  }
  return texts;
}

function blank(text: string, patterns: readonly RegExp[]): string {
  return patterns.reduce(
    (left, pattern) => left.replace(pattern, (code) => code.replace(/[^\n]/g, " ")),
    text,
  );
}

/** Every comment; comments that follow each other line by line are one. */
function commentsOf(source: ts.SourceFile, literals: readonly ts.Node[]): { start: number; text: string }[] {
  const found: { start: number; text: string }[] = [];
  const comment = /\/\*[\s\S]*?\*\/|\/\/[^\n]*(\n[ \t]*\/\/[^\n]*)*/g;
  for (let match = comment.exec(source.text); match; match = comment.exec(source.text)) {
    const { index } = match;
    const around = literals.find((node) => node.getStart(source) <= index && index < node.end);
    if (around) comment.lastIndex = around.end;
    else found.push({ start: index, text: match[0] });
  }
  return found;
}

/** Whether a node is text for readers: several words in quotes, not CSS or another code. */
function isSentence(node: ts.Node): boolean {
  if (ts.isJsxText(node)) return true;
  const quoted =
    ts.isStringLiteral(node) ||
    ts.isNoSubstitutionTemplateLiteral(node) ||
    ts.isTemplateHead(node) ||
    ts.isTemplateMiddleOrTemplateTail(node);
  return quoted && / /.test(node.text) && !/[{};]\s*\n|:[^;\n]+;|=>|\bvar\(/.test(node.text);
}

/** The name that a node brings into being; names that are only used are somebody else's choice. */
function declaredName(node: ts.Node): ts.Identifier | undefined {
  if (
    ts.isVariableDeclaration(node) ||
    ts.isParameter(node) ||
    ts.isFunctionDeclaration(node) ||
    ts.isClassDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node) ||
    ts.isEnumDeclaration(node) ||
    ts.isEnumMember(node) ||
    ts.isTypeParameterDeclaration(node) ||
    ts.isPropertySignature(node) ||
    ts.isPropertyDeclaration(node) ||
    ts.isMethodSignature(node) ||
    ts.isMethodDeclaration(node) ||
    ts.isGetAccessor(node)
  ) {
    return node.name && ts.isIdentifier(node.name) ? node.name : undefined;
  }
  if ((ts.isBindingElement(node) || ts.isImportSpecifier(node)) && node.propertyName) {
    return ts.isIdentifier(node.name) ? node.name : undefined;
  }
  return undefined;
}
