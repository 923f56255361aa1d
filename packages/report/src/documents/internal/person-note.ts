/** Mark of what no run can know: searchable, and visible where Markdown is shown. */
export function personNote(what: string): string {
  return `[to be filled in by a person: ${what}]`;
}
