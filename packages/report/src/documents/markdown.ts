import type { ContentTable } from "../content/words.js";

/** Characters that can begin emphasis, code, a link, a cell, a heading, a tag or a formula. */
const MARKUP = /[\\`*_[\]#|~$!]/g;

/** What makes a line a list, a heading or a rule where it comes first: a mark, or the number of an item. */
const LINE_START = /^(\s*)([-+=])/;
const ITEM_NUMBER = /^(\s*\d+)([.)])(?=\s|$)/;

/** An interval in brackets, which is no link where nothing follows that would make it one. */
const INTERVAL = /\\\[(-?[\d.]+, -?[\d.]+)\\\](?![([:\\])/g;

/**
 * Text as Markdown that shows it letter by letter on one line: in a paragraph, a list or a cell of a table, no character
 * of it is markup, a tag, an entity or an address that becomes a link.
 */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]+/gu, " ")
    .replace(MARKUP, "\\$&")
    .replace(INTERVAL, "[$1]")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll("@", "&#64;")
    .replace(/:\/\//g, "&#58;//")
    .replace(/www\./gi, (match) => `${match.slice(0, 3)}&#46;`)
    .replace(LINE_START, "$1\\$2")
    .replace(ITEM_NUMBER, "$1\\$2");
}

/** A table of plain text as GitHub's Markdown. */
export function tableMarkdown({ columns, rows }: Pick<ContentTable, "columns" | "rows">): string {
  return markdownTable(
    columns.map(escapeMarkdown),
    rows.map((row) => row.map((cell) => escapeMarkdown(String(cell)))),
  );
}

/** A table whose cells are Markdown on one line already. */
export function markdownTable(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(columns), line(columns.map(() => "---")), ...rows.map(line)].join("\n");
}

/** A sentence whose first part is set in bold. */
export function boldLead(lead: string, text: string): string {
  return `**${escapeMarkdown(lead)}** ${escapeMarkdown(text)}`.trimEnd();
}

/** Mark of what no run can know: searchable, and visible where Markdown is shown. */
export function personNote(what: string): string {
  return `[to be filled in by a person: ${what}]`;
}
