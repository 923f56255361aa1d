import { escapeMarkdown } from "./escape-markdown.js";

/** A setting of a run as Markdown: a list with commas, a record as its fields one behind the other. */
export function settingText(value: unknown): string {
  return escapeMarkdown(plainText(value));
}

function plainText(value: unknown): string {
  if (value === undefined || value === null) return "none";
  if (Array.isArray(value)) return value.map(plainText).join(", ");
  if (typeof value === "object") {
    return Object.entries(value)
      .map(([name, own]) => `${name} ${plainText(own)}`)
      .join(", ");
  }
  return String(value);
}
