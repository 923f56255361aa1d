import { settingText as plainText } from "../../internal/format.js";
import { escapeMarkdown } from "./escape-markdown.js";

/** A setting of a run as Markdown. */
export function settingText(value: unknown): string {
  return escapeMarkdown(plainText(value));
}
