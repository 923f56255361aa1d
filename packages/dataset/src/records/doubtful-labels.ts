// Labels that a careful reader would ask about before taking them for a class. All functions work on text alone.

/** What cannot be seen: zero-width characters, soft hyphens, marks of direction, fillers, variation selectors. */
const INVISIBLE = /\p{Cf}|\p{Default_Ignorable_Code_Point}/gu;

/** Text as it looks: compatibility characters (full-width letters) made ordinary, nothing invisible, single spaces. */
export function visibleText(text: string): string {
  return text.normalize("NFKC").replaceAll(INVISIBLE, "").replaceAll(/\s+/g, " ").trim();
}

const NO_VALUE: ReadonlySet<string> = new Set([
  ...["", "nan", "na", "n/a", "#n/a", "<na>", "nat", "null", "none", "nil", "undefined", "unknown", "unk"],
  ...["todo", "tbd", "missing", "not available", "not known", "not recorded", "unlabelled"],
]);

/** Whether a cell says nothing: blank, punctuation alone (`-`, `?`), or a word that software or people write for a gap. */
export function isBlankLike(text: string): boolean {
  const visible = visibleText(text).toLowerCase();
  return NO_VALUE.has(visible) || !/[\p{L}\p{N}+]/u.test(visible);
}

const UNCERTAIN_WORDS =
  /\b(uncertain|unsure|unclear|possible|possibly|probable|probably|suspected|suspicious|suspicion|likely|maybe|equivocal|indeterminate|inconclusive|pending)\b/;

/** Whether a label is a doubt: a word such as `possible`, a question mark, or the code -1. */
export function isUncertain(text: string): boolean {
  const visible = visibleText(text).toLowerCase();
  return UNCERTAIN_WORDS.test(visible) || /\?$/.test(visible) || /^-1([.,]0*)?$/.test(visible);
}

/** A spelling without case, blanks, dashes and other punctuation; equal numbers have one (`1`, `1.0`, `01`). */
function spellingKey(text: string): string {
  const visible = visibleText(text).toLowerCase();
  if (/^[+-]?\d+([.,]\d*)?$/.test(visible)) return `number ${Number(visible.replace(",", "."))}`;
  const letters = visible.normalize("NFD").replaceAll(/[^\p{L}\p{N}]/gu, "");
  return letters === "" ? visible : letters;
}

/** Whether two labels may be one that was written in two ways: equal but for {@link spellingKey}, or for a number behind. */
export function isNearSpelling(one: string, other: string): boolean {
  const [a, b] = [spellingKey(one), spellingKey(other)];
  if (a === b) return true;
  const [shorter, longer] = a.length < b.length ? [a, b] : [b, a];
  return /\p{L}$/u.test(shorter) && longer.startsWith(shorter) && /^\d+$/.test(longer.slice(shorter.length));
}

/** Parts of a label that names several findings, such as `Effusion|Mass`; one part where it names one. */
export function partsOf(text: string): string[] {
  return visibleText(text)
    .split(/[|;,]|\s[+&]\s/)
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

const POSITIVE_WORDS: ReadonlySet<string> = new Set(["positive", "pos", "yes", "true", "present", "+"]);

/** Whether a label says "positive" without saying of what. */
export function isPositiveWord(text: string): boolean {
  return POSITIVE_WORDS.has(visibleText(text).toLowerCase());
}

const NEGATION =
  /(^|[^\p{L}])(no|non|not|without|negative|neg|free|excluded|absent)([^\p{L}]|$)|^(no|non|not)/u;

/** Whether the words of a label include all words of a class's name, and no negation: `covid-19 positive`, `viral covid`. */
export function namesClass(label: string, name: string): boolean {
  const text = visibleText(label).toLowerCase();
  const words = new Set(text.match(/[\p{L}\p{N}]+/gu));
  const sought = visibleText(name)
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu);
  const isNumber = /^[\d.,+-]+$/.test(name.trim());
  return sought !== null && !isNumber && sought.every((word) => words.has(word)) && !NEGATION.test(text);
}
