/** Text of a server without control characters, which could write to the reader's terminal. */
export function printable(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, " ").trim();
}
