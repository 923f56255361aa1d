/**
 * A table of GitHub's Markdown.
 *
 * @param columns Names of the columns, as Markdown.
 * @param rows As many cells each as there are columns: Markdown on one line, text from outside escaped
 *   (`escapeMarkdown`).
 */
export function markdownTable(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(columns), line(columns.map(() => "---")), ...rows.map(line)].join("\n");
}
