import { checkArguments } from "@covidxr/core/internal";
import { compareCodePoints } from "../table.js";
import type { CohortRow } from "./cohort-row.js";

/**
 * Whether altered copies of an image (a thumbnail, a crop, a recompressed file) may be passed on.
 *
 * - `allowed`: yes, under the licence's other terms (attribution, same licence, no commerce).
 * - `forbidden`: no. They may be made and computed with, not passed on.
 * - `unknown`: not stated, or not understood.
 */
export type Derivatives = "allowed" | "forbidden" | "unknown";

/** Words of Creative Commons' licences in place of their codes; before them, text is in lower case with single spaces. */
const CODES: readonly (readonly [words: RegExp, code: string])[] = [
  [/creative ?commons/g, "cc"],
  [/attribution/g, "by"],
  [/non ?commercial/g, "nc"],
  [/non? ?deriv(ative|ate)?s?( works)?/g, "nd"],
  [/share ?alike/g, "sa"],
];

/** What may follow the code: version, jurisdiction, `legalcode` and `deed` of addresses. */
const REST = "(?: ?v?[1-4](?: ?\\d)?)?(?: (?:international|unported|generic|universal|igo|[a-z]{2}))?";
const END = "(?: (?:public )?(?:licen[sc]e|legalcode|deed(?: [a-z]{2})?))*";

/** A Creative Commons licence and nothing else; `cc` may be absent where `by` begins a code of several parts or with a version. */
const ONLY_A_CODE = new RegExp(
  `^(?:cc ?(?:by|nc|sa)|by(?= ?(?:nc|sa)| [1-4] \\d(?: |$)))(?: ?(?:nc|sa))*${REST}${END}$`,
);
const ONLY_PUBLIC_DOMAIN = new RegExp(
  `^(?:cc ?(?:0|zero|pdm)|(?:cc )?public ?domain(?: (?:mark|zero))?)${REST}${END}$`,
);

/** `nd` as a word of its own or at the end of a code without separators, anywhere in the text. */
const NO_DERIVATIVES = /(?:^| )(?:(?:cc|by)(?:by|nc|sa)*)?nd(?![a-z])/;

/** Parts of a code that were written letter by letter, such as `N.D.`, after `cc` or `by`. */
const LETTERS: readonly (readonly [letters: RegExp, code: string])[] = [
  [/(?<![a-z])c c(?![a-z])/g, "cc"],
  [/(?<![a-z])b y(?![a-z])/g, "by"],
  [/(?<=(?:^| )(?:cc|by)(?:by)?(?: .*)?) n d(?![a-z])/g, " nd"],
  [/(?<=(?:^| )(?:cc|by)(?:by)?(?: .*)?) n c(?![a-z])/g, " nc"],
  [/(?<=(?:^| )(?:cc|by)(?:by)?(?: .*)?) s a(?![a-z])/g, " sa"],
];

/** A licence with another name of it, or its code, in parentheses after it. */
const WITH_CODE = /^(?<name>[^()]+)\((?<code>[^()]+)\)\s*$/;

/**
 * Determines from a licence whether altered copies may be passed on. It recognises Creative Commons licences as
 *
 * - codes, with any separators and in any case: `"CC BY-NC-ND"`, `"cc-by-nd/4.0"`, `"CC BY-N.C.-N.D."`;
 * - names: `"Creative Commons Attribution-NonCommercial 4.0 International"`, with or without `Creative Commons`, and with
 *   or without the code in parentheses;
 * - addresses at creativecommons.org;
 *
 * and CC0 and the public domain. A licence without the part `ND` allows it (Creative Commons, legal code of the 4.0
 * licences, sections 1 and 2), where nothing else surrounds it. One with that part forbids it whatever
 * surrounds it. Any other text is `"unknown"`: licences of software, terms in sentences, two licences to choose from.
 *
 * @param license Licence as a source states it; `null` or blank when it does not.
 */
export function derivativesUnder(license: string | null): Derivatives {
  if (license !== null) checkArguments({ license }, { license: "string" });
  const stated = license ?? "";
  if (NO_DERIVATIVES.test(normalize(stated))) return "forbidden";
  const { name, code } = WITH_CODE.exec(stated)?.groups ?? {};
  const parts = name === undefined || name.trim() === "" ? [stated] : [name, code!];
  return parts.every((part) => isOpen(normalize(part))) ? "allowed" : "unknown";
}

function isOpen(text: string): boolean {
  return ONLY_A_CODE.test(text) || ONLY_PUBLIC_DOMAIN.test(text);
}

function normalize(license: string): string {
  const words = license
    .toLowerCase()
    .replace(/https?:\/\/(www\.)?creativecommons\.org\/(licenses\/)?/g, "cc ")
    .replaceAll(/[^a-z0-9]+/g, " ")
    .trim();
  return [...CODES, ...LETTERS].reduce((text, [pattern, code]) => text.replaceAll(pattern, code), words);
}

/** How many images of a source carry a licence. */
export interface LicenceCount {
  readonly source: string;
  /** As the source states it; `null` when it does not. */
  readonly license: string | null;
  readonly images: number;
  readonly derivatives: Derivatives;
}

/**
 * Counts the licences of images: sources in the order of their first image, of each the most frequent licence first,
 * equally frequent ones by name, unstated ones last.
 */
export function countLicences(images: readonly Pick<CohortRow, "source" | "license">[]): LicenceCount[] {
  const counts = new Map<string, Map<string | null, number>>();
  for (const { source, license } of images) {
    const own = counts.get(source) ?? new Map<string | null, number>();
    counts.set(source, own.set(license, (own.get(license) ?? 0) + 1));
  }
  return [...counts].flatMap(([source, own]) =>
    [...own]
      .sort(([a, count], [b, other]) => other - count || compareNames(a, b))
      .map(([license, number]) => ({
        source,
        license,
        images: number,
        derivatives: derivativesUnder(license),
      })),
  );
}

function compareNames(a: string | null, b: string | null): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return compareCodePoints(a, b);
}
