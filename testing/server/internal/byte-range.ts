/**
 * The single range of a `Range` header (RFC 9110, 14.1.2): `bytes=a-b`, `bytes=a-` or `bytes=-n`. Undefined without
 * one, or with one that is not understood; `"unsatisfiable"` when it begins behind the end.
 */
export function byteRange(
  header: string | undefined,
  length: number,
): { readonly start: number; readonly end: number } | "unsatisfiable" | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? "");
  if (!match || (match[1] === "" && match[2] === "")) return undefined;
  if (match[1] === "") {
    const last = Number(match[2]);
    return last === 0 || length === 0
      ? "unsatisfiable"
      : { start: Math.max(0, length - last), end: length - 1 };
  }
  const start = Number(match[1]);
  if (start >= length) return "unsatisfiable";
  const end = match[2] === "" ? length - 1 : Math.min(Number(match[2]), length - 1);
  return end < start ? undefined : { start, end };
}
