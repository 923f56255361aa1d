import { FileError, InvalidArgumentError } from "@covidxr/core";
import { plural } from "@covidxr/core/internal";

/** Text of a file, and how it was decoded. */
export interface DecodedText {
  readonly text: string;
  /** Name of the encoding (WHATWG), such as `"utf-8"`, `"utf-16le"` or `"windows-1252"`. */
  readonly encoding: string;
  /** Characters that the encoding does not have; they stand as U+FFFD in the text. */
  readonly damaged: number;
}

/** What is not a table of text, by how it begins, and what to do. */
const OTHER_FORMATS: readonly (readonly [start: string | RegExp, what: string, advice: string])[] = [
  ["PK\x03\x04", "a ZIP archive", "unpack it first"],
  ["\xD0\xCF\x11\xE0", "an Excel workbook (.xls)", saveWith("Excel")],
  ["\x1F\x8B", "a gzip archive", "unpack it first"],
  ["PAR1", "a Parquet file", "export it as CSV"],
  ["%PDF", "a PDF document", "export the table as CSV"],
  ["version https://git-lfs", "a pointer of Git LFS", 'fetch the file itself with "git lfs pull"'],
  [/^\s*<(!doctype|html|\?xml)/i, "a web page or XML", "download the file itself (its raw form)"],
];

/** What a ZIP archive is, by the names of its parts. */
const ZIPPED: readonly (readonly [part: RegExp, what: string, advice: string])[] = [
  [/xl\/|\[Content_Types\]\.xml/, "an Excel workbook (.xlsx)", saveWith("Excel")],
  [/application\/vnd\.oasis/, "a spreadsheet (.ods)", saveWith("LibreOffice")],
];

function saveWith(program: string): string {
  return `open it in ${program} and save it as "CSV UTF-8"`;
}

function otherFormat(start: string): readonly [unknown, what: string, advice: string] | undefined {
  const found = OTHER_FORMATS.find(([mark]) =>
    typeof mark === "string" ? start.startsWith(mark) : mark.test(start),
  );
  return found === OTHER_FORMATS[0] ? (ZIPPED.find(([part]) => part.test(start)) ?? found) : found;
}

/** Bytes in which {@link OTHER_FORMATS} are looked for; a workbook begins with the list of its parts. */
const SEARCHED = 1 << 12;

/**
 * Decodes a table: as the encoding says that is given, else by its byte order mark, else as UTF-16 where every second byte is
 * zero, else as UTF-8. A line that is not UTF-8 is Windows-1252, the Western encoding of spreadsheets, where its letters
 * beyond ASCII stand in Western words, and damaged UTF-8 where most of them are UTF-8. A run of them is a text in another alphabet, of
 * which nothing is guessed.
 *
 * `TextDecoder` knows all encodings of the web. Libraries that guess among them by statistics of letters are of no use here: a
 * table has a few dozen such letters, too few to tell a Western from a Central European encoding.
 *
 * @throws {FileError} `"corrupt"` on another format, such as an Excel workbook, and on text in an encoding that must be named.
 * @throws {InvalidArgumentError} (`encoding`) when it is unknown.
 */
export function decodeText(content: string | Uint8Array, path: string, encoding?: string): DecodedText {
  const start =
    typeof content === "string"
      ? content.slice(0, SEARCHED)
      : String.fromCharCode(...content.subarray(0, SEARCHED));
  const other = otherFormat(start);
  if (other !== undefined)
    throw corrupt(path, `expected a table of text (CSV), got ${other[1]}; ${other[2]}`);
  if (typeof content === "string") {
    return { text: content.replace(/^\uFEFF/, ""), encoding: "utf-8", damaged: 0 };
  }
  const name = encoding === undefined ? markedEncoding(content) : checkEncoding(encoding);
  if (name !== undefined) return decodeAs(content, name, path);
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(content), encoding: "utf-8", damaged: 0 };
  } catch {
    return decodeOther(content, path);
  }
}

function corrupt(path: string, message: string, cause?: unknown): FileError {
  return new FileError({ path, reason: "corrupt", message, cause });
}

function checkEncoding(encoding: string): string {
  try {
    return new TextDecoder(encoding).encoding;
  } catch {
    throw new InvalidArgumentError({
      parameter: "encoding",
      value: encoding,
      message: `expected a name such as "utf-8", "windows-1252" or "gb18030", got ${JSON.stringify(encoding)}`,
    });
  }
}

/** The encoding that a byte order mark or the zeros of UTF-16 show; undefined where neither is there. */
function markedEncoding(bytes: Uint8Array): string | undefined {
  const [first, second, third] = bytes;
  if (first === 0xef && second === 0xbb && third === 0xbf) return "utf-8";
  if (first === 0xff && second === 0xfe) return "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  const zeros = [0, 0];
  for (const [place, byte] of bytes.entries()) if (byte === 0) zeros[place % 2]!++;
  const half = bytes.length / 4;
  if (zeros[1]! > half && zeros[0]! < zeros[1]! / 4) return "utf-16le";
  if (zeros[0]! > half && zeros[1]! < zeros[0]! / 4) return "utf-16be";
  return undefined;
}

function decodeAs(bytes: Uint8Array, encoding: string, path: string): DecodedText {
  if (encoding === "windows-1252") return { text: decodeWestern(bytes), encoding, damaged: 0 };
  try {
    return { text: new TextDecoder(encoding, { fatal: true }).decode(bytes), encoding, damaged: 0 };
  } catch (cause) {
    throw corrupt(path, `expected text in ${encoding}, got bytes that are none; name its encoding`, cause);
  }
}

const BEYOND_ASCII = /[^\p{ASCII}]/u;

/** Signs of Western text that stand beside letters: quotes, dashes, degrees, currencies. */
const SIGNS = /^[‘’“”„–—…«»°²³·×±µ½€£§¿¡\u00A0]+|[‘’“”„–—…«»°²³·×±µ½€£§¿¡\u00A0]+$/gu;

/**
 * How many characters beyond ASCII are not as in Western text. There they are signs, or one or two letters of a word whose
 * others are ASCII (`café`), or one letter alone (`à`). Other alphabets make runs of them.
 */
function countStrange(text: string): number {
  let strange = 0;
  for (const { 0: run, index } of text.matchAll(/[^\p{ASCII}]+/gu)) {
    const letters = run.replaceAll(SIGNS, "");
    const isWord = /[a-z]/i.test(`${text[index - 1] ?? ""}${text[index + run.length] ?? ""}`);
    const isWestern =
      letters === "" ? run.length <= 3 : /^(?!.*ƒ)\p{L}{1,2}$/u.test(letters) && (isWord || run.length === 1);
    if (!isWestern) strange += run.length;
  }
  return strange;
}

/** Decodes what is neither marked nor UTF-8 as a whole, line by line: people paste rows of one encoding into a file of another. */
function decodeOther(bytes: Uint8Array, path: string): DecodedText {
  const [strict, lossy] = [new TextDecoder("utf-8", { fatal: true }), new TextDecoder("utf-8")];
  const lines = linesOf(bytes).map((line) => {
    try {
      const text = strict.decode(line);
      return { text, kind: BEYOND_ASCII.test(text) ? "unicode" : "ascii" };
    } catch {
      const text = decodeWestern(line);
      const isWestern = countStrange(text) * 4 <= countOf(text, BEYOND_ASCII) && !text.includes("\0");
      return isWestern ? { text, kind: "western" } : { text: lossy.decode(line), kind: "damaged" };
    }
  });
  const of = (sought: string) => lines.filter(({ kind }) => kind === sought);
  if (of("damaged").length > of("unicode").length) {
    const first = lines.findIndex(({ kind }) => kind === "damaged") + 1;
    throw corrupt(
      path,
      `expected text in UTF-8, UTF-16 or Windows-1252, got another encoding on line ${first}; save the table as UTF-8, or ` +
        'name its encoding, such as "gb18030", "shift_jis" or "windows-1251"',
    );
  }
  const isMixed = of("unicode").length + of("damaged").length > 0;
  const western = of("western").length;
  const pasted = western === 0 ? "" : ` (${plural(western, "line")} in windows-1252)`;
  const damaged = of("damaged").reduce((sum, { text }) => sum + countOf(text, /\uFFFD/u), 0);
  const encoding = isMixed ? `utf-8${pasted}` : "windows-1252";
  return { text: lines.map(({ text }) => text).join(""), encoding, damaged };
}

/** What Windows-1252 has at 0x80 to 0x9F; five of them are undefined. */
const WESTERN_MARKS = "€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8DŽ\x8F\x90‘’“”•–—˜™š›œ\x9DžŸ";

/** Decodes Windows-1252. Node 20 takes it for Latin-1, which has control characters where this has quotes and dashes. */
function decodeWestern(bytes: Uint8Array): string {
  const text = new TextDecoder("windows-1252").decode(bytes);
  return text.replaceAll(/[^\P{Cc}\p{ASCII}]/gu, (mark) => WESTERN_MARKS[mark.charCodeAt(0) - 0x80]!);
}

function countOf(text: string, pattern: RegExp): number {
  return Array.from(text.matchAll(new RegExp(pattern, "gu"))).length;
}

/** Lines with their line feeds. */
function linesOf(bytes: Uint8Array): Uint8Array[] {
  const lines: Uint8Array[] = [];
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(0x0a, start) + 1 || bytes.length;
    lines.push(bytes.subarray(start, end));
    start = end;
  }
  return lines;
}
