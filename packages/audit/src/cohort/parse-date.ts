/** First and last moment that a written date can mean, in milliseconds since 1970, UTC. */
export interface DateRange {
  readonly earliest: number;
  readonly latest: number;
}

const MONTHS = [
  "january",
  "february",
  "march",
  "april",
  "may",
  "june",
  "july",
  "august",
  "september",
  "october",
  "november",
  "december",
] as const;

const DAY = 24 * 60 * 60 * 1000;

/** Two-digit years from here on are of the 20th century (POSIX `strptime`, `%y`). */
const PIVOT = 69;

/** Time zones are up to 14 hours ahead of UTC and 12 behind it: a date is over everywhere only after that. */
const ZONES = 14 * 60 * 60 * 1000;

/**
 * When a date as sources write it can have been: `"January 22, 2020"`, `"Feb 21, 2020"`, `"March 2003"`, `"2011"`,
 * `"2020-03-01"`, `"3/3/2020"`, `"03/16/20"`. Numbers with slashes are read month first and day first, and the range holds
 * both readings where both exist; it is widened by the time zones.
 *
 * @returns `null` for anything else, such as a date without a year (`"January 12"`) or with a day that no month has.
 */
export function parseDate(text: string): DateRange | null {
  const trimmed = text.trim();
  const year = /^(\d{4})$/.exec(trimmed);
  if (year !== null) return span(Date.UTC(Number(year[1]), 0, 1), Date.UTC(Number(year[1]) + 1, 0, 1));

  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(trimmed);
  if (iso !== null) return day(Number(iso[1]), Number(iso[2]), Number(iso[3]));

  const slashes = /^(\d{1,2})\/(\d{1,2})\/(\d{4}|\d{2})$/.exec(trimmed);
  if (slashes !== null) {
    const [one, other] = [Number(slashes[1]), Number(slashes[2])];
    const full = fullYear(slashes[3]!);
    return union(day(full, one, other), day(full, other, one));
  }

  const words = /^([a-z]+)\.?(?:\s+(\d{1,2}),?)?\s+(\d{4})$/i.exec(trimmed);
  if (words === null) return null;
  const month = monthNumber(words[1]!);
  if (month === null) return null;
  const written = Number(words[3]);
  if (words[2] !== undefined) return day(written, month, Number(words[2]));
  return span(Date.UTC(written, month - 1, 1), Date.UTC(written, month, 1));
}

/** 1 to 12, by name or its first three letters. */
function monthNumber(name: string): number | null {
  const lower = name.toLowerCase();
  const place = MONTHS.findIndex((month) => lower === month || lower === month.slice(0, 3));
  return place < 0 ? null : place + 1;
}

function fullYear(digits: string): number {
  const year = Number(digits);
  if (digits.length === 4) return year;
  return year < PIVOT ? 2000 + year : 1900 + year;
}

function day(year: number, month: number, ofMonth: number): DateRange | null {
  const start = Date.UTC(year, month - 1, ofMonth);
  const date = new Date(start);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== ofMonth) return null;
  return span(start, start + DAY);
}

function span(start: number, end: number): DateRange {
  return { earliest: start - ZONES, latest: end + ZONES };
}

function union(one: DateRange | null, other: DateRange | null): DateRange | null {
  if (one === null || other === null) return one ?? other;
  return { earliest: Math.min(one.earliest, other.earliest), latest: Math.max(one.latest, other.latest) };
}
