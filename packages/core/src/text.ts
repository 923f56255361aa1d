/** A count with its noun: `1 file`, `3 files`, `2 copies`. @param many Plural of the noun. @defaultValue `one` + "s" */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

const BYTE_UNITS = ["kB", "MB", "GB", "TB"];

/** Bytes as text in decimal units: `512 bytes`, `1.2 MB`; rounded up, so that a stated need is never too small. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return plural(bytes, "byte");
  let value = bytes;
  let unit = -1;
  do {
    value /= 1000;
    unit++;
  } while (value >= 1000 && unit < BYTE_UNITS.length - 1);
  return `${(Math.ceil(value * 10) / 10).toFixed(1)} ${BYTE_UNITS[unit]}`;
}

/** Seconds as text: `42 s`, `3 min 05 s` or `1 h 02 min`. */
export function formatDuration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const two = (n: number): string => String(n).padStart(2, "0");
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  return `${Math.floor(whole / 3600)} h ${two(Math.floor((whole % 3600) / 60))} min`;
}

/** A value as a message shows it, in a few words: `"adam"`, `NaN`, `null`, `an array of 3`, `an object`. */
export function describeValue(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > 80 ? `${value.slice(0, 79)}…` : value);
  if (typeof value === "function") return "a function";
  if (typeof value !== "object" || value === null) return String(value);
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (ArrayBuffer.isView(value)) return `bytes or numbers (${value.constructor.name})`;
  const name = value.constructor?.name;
  return name === undefined || name === "Object" ? "an object" : `an object (${name})`;
}

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

/** Whether a text is an address, such as `https://host/a`, and so no path. */
export function isAddress(text: string): boolean {
  return /^[a-z][a-z0-9+.-]+:\/\//i.test(text.trim());
}

/** Text without the user names and passwords of the addresses in it. */
export function hidePasswords(text: string): string {
  // A password may hold any sign but blanks and quotes; a path made of an address has lost one slash.
  return text.replace(/(\b(?!file:)[a-z][a-z0-9+.-]+:\/{1,2}|(?<=^|[\s"'=])\/\/)[^\s"'<>]*@/gi, "$1");
}
