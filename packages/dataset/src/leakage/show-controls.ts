/** Ends of lines, other control characters (C0, DEL, C1), and those that turn text around (Unicode 15, UAX #9). */
const CONTROLS = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;

const SHORT: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/**
 * Text from outside on one line that neither orders a terminal about nor changes the order of what follows: its control
 * characters as in JSON, such as `\n` and `\u001b`. A backslash stays as it is, so that paths are legible.
 */
export function showControls(text: string): string {
  return text.replace(
    CONTROLS,
    (control) => SHORT[control] ?? `\\u${control.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
