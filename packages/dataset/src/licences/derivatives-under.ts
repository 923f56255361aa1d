/**
 * Whether altered copies of an image (a thumbnail, a crop, a recompressed file) may be passed on.
 *
 * - `allowed`: yes, under the licence's other terms (attribution, same licence, no commerce).
 * - `forbidden`: no. They may be made and computed with, not passed on.
 * - `unknown`: not stated, or stated in words that are not known here.
 */
export type Derivatives = "allowed" | "forbidden" | "unknown";

/** Words of Creative Commons' licences in place of their codes; before them, text is in lower case with single spaces. */
const CODES: readonly (readonly [words: RegExp, code: string])[] = [
  [/creative ?commons/g, "cc"],
  [/attribution/g, "by"],
  [/non ?commercial/g, "nc"],
  [/no ?deriv(ative|ate)?s?( works)?/g, "nd"],
  [/share ?alike/g, "sa"],
];

/** What may stand behind the code: version, jurisdiction, `legalcode` and `deed` of addresses. */
const REST = "(?: ?v?[1-4](?: ?\\d)?)?(?: (?:international|unported|generic|universal|igo|[a-z]{2}))?";
const END = "(?: (?:public )?(?:licen[sc]e|legalcode|deed(?: [a-z]{2})?))*";

/** A Creative Commons licence and nothing else; `cc` may be absent where `by` begins a code of several parts. */
const ONLY_A_CODE = new RegExp(`^(?:cc ?(?:by|nc|sa)|by(?= ?(?:nc|sa)))(?: ?(?:nc|sa))*${REST}${END}$`);
const ONLY_PUBLIC_DOMAIN = new RegExp(
  `^(?:cc ?(?:0|zero|pdm)|(?:cc )?public ?domain(?: (?:mark|zero))?)${REST}${END}$`,
);

/** `nd` as a word of its own or at the end of a code without separators, wherever it stands. */
const NO_DERIVATIVES = /(?:^| )(?:(?:cc|by)(?:by|nc|sa)*)?nd(?![a-z])/;

/**
 * Reads from a licence whether altered copies may be passed on: Creative Commons' licences in any usual spelling
 * (`"CC BY-NC-ND"`, `"cc-by-nd/4.0"`, their full names, their addresses), CC0 and the public domain. A licence without
 * the part `ND` allows it (Creative Commons, legal code of the 4.0 licences, sections 1 and 2). An ND licence that
 * other words stand around still forbids it; any other text is `"unknown"`, licences of software among them.
 *
 * @param license Licence as a source states it; `null` or blank when it does not.
 */
export function derivativesUnder(license: string | null): Derivatives {
  const text = normalise(license ?? "");
  if (NO_DERIVATIVES.test(text)) return "forbidden";
  return ONLY_A_CODE.test(text) || ONLY_PUBLIC_DOMAIN.test(text) ? "allowed" : "unknown";
}

function normalise(license: string): string {
  const words = license
    .toLowerCase()
    .replace(/https?:\/\/(www\.)?creativecommons\.org\/(licenses\/)?/g, "cc ")
    .replaceAll(/[^a-z0-9]+/g, " ")
    .trim();
  return CODES.reduce((text, [pattern, code]) => text.replaceAll(pattern, code), words);
}
