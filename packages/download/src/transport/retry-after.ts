/**
 * Seconds that a `Retry-After` header asks to wait (RFC 9110, 10.2.3): a number, or a date, which is taken against
 * the same answer's `Date`, so that a wrong clock on this side is harmless.
 *
 * @returns 0 or more; undefined without a header, with one that is not understood, or with a date and no `Date`.
 */
export function retryAfter(header: string | undefined, date: string | undefined): number | undefined {
  const text = header?.trim() ?? "";
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  // Not every text that Date.parse takes is a date: it reads "-5" as a year.
  if (!/^[A-Z][a-z]/.test(text)) return undefined;
  const seconds = (Date.parse(text) - Date.parse(date ?? "")) / 1000;
  return Number.isNaN(seconds) ? undefined : Math.max(0, seconds);
}
