/** Characters that can begin emphasis, code, a link, a cell, a heading, a tag or a formula. */
const MARKUP = /[\\`*_[\]#|~$!]/g;

/** What makes a line a list, a heading or a rule where it stands first: a mark, or the number of an item. */
const LINE_START = /^(\s*)([-+=])/;
const ITEM_NUMBER = /^(\s*\d+)([.)])(?=\s|$)/;

/**
 * Text from outside as Markdown that shows it letter by letter on one line: in a paragraph, a list or a cell of a
 * table, no character of it is markup, a tag, an entity or an address that becomes a link.
 */
export function escapeMarkdown(text: string): string {
  return (
    text
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out.
      .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, " ")
      .replace(MARKUP, "\\$&")
      .replaceAll("&", "&amp;")
      .replaceAll("<", "&lt;")
      .replaceAll(">", "&gt;")
      .replaceAll("@", "&#64;")
      .replace(/:\/\//g, "&#58;//")
      .replace(/www\./gi, (match) => `${match.slice(0, 3)}&#46;`)
      .replace(LINE_START, "$1\\$2")
      .replace(ITEM_NUMBER, "$1\\$2")
  );
}
