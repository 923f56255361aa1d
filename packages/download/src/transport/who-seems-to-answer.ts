import type { Answer } from "./exchange.js";
import { printable } from "./printable.js";

/**
 * The hint, for the end of a message, that a proxy or a login page seems to answer in the server's place: the answer is
 * a web page, or it is encoded although that was not asked for.
 *
 * @returns an empty text when nothing looks like it.
 */
export function whoSeemsToAnswer(answer: Pick<Answer, "header">): string {
  const type = printable(answer.header("content-type") ?? "");
  const encoding = answer.header("content-encoding")?.trim().toLowerCase() ?? "";
  const isPage = /^(text\/html|application\/xhtml\+xml)\b/i.test(type);
  if (!isPage && ["", "identity"].includes(encoding)) return "";
  const shown = type === "" ? "" : ` (content-type ${type.slice(0, 100)})`;
  return `; something between, such as a proxy or a login page, seems to answer${shown}`;
}
