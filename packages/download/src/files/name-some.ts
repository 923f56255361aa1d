const MOST = 5;

/** The first five of several names, as `"a, b, c"`. */
export function nameSome(names: readonly string[]): string {
  return names.slice(0, MOST).join(", ");
}
