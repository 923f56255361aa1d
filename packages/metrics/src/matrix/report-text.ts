/** One line of the table; null leaves a cell blank. */
export interface ReportLine {
  readonly name: string;
  readonly precision: number | null;
  readonly recall: number | null;
  readonly f1Score: number;
  readonly support: number;
}

// Widths of scikit-learn's `classification_report`: the name column holds at least "weighted avg".
const LONGEST_AVERAGE_NAME = "weighted avg".length;
const CELL_WIDTH = 9;
const HEADERS = ["precision", "recall", "f1-score", "support"];

/**
 * The table as scikit-learn 1.2 prints it, character by character.
 *
 * @param anyRight Whether a single sample was predicted right. If not, scikit-learn writes the support with a
 *   decimal ("2.0"), because its count of hits is then an array of floating-point zeros.
 */
export function reportText(
  classes: readonly ReportLine[],
  averages: readonly ReportLine[],
  digits: number,
  anyRight: boolean,
): string {
  const nameWidth = Math.max(
    LONGEST_AVERAGE_NAME,
    digits,
    ...classes.map(({ name }) => Array.from(name).length),
  );
  const line = (name: string, cells: readonly string[]): string =>
    `${padStart(name, nameWidth)} ${cells.map((cell) => ` ${cell.padStart(CELL_WIDTH)}`).join("")}\n`;
  const metric = (value: number | null): string => (value === null ? "" : formatFixed(value, digits));
  const body = (row: ReportLine): string =>
    line(row.name, [
      metric(row.precision),
      metric(row.recall),
      metric(row.f1Score),
      row.support.toFixed(anyRight ? 0 : 1),
    ]);
  return `${line("", HEADERS)}\n${classes.map(body).join("")}\n${averages.map(body).join("")}`;
}

/** Pads by code points, as Python counts them; String.prototype.padStart counts UTF-16 units. */
function padStart(text: string, width: number): string {
  return " ".repeat(Math.max(0, width - Array.from(text).length)) + text;
}

/**
 * `value` with a fixed number of decimals, as Python's `format(value, ".2f")` writes it.
 *
 * Number.prototype.toFixed differs in one case: of two equally near results it takes the larger, where Python
 * takes the one with an even last digit (0.125 is "0.13" to one and "0.12" to the other).
 *
 * @param value Number from 0 to 1, or NaN ("nan").
 * @param digits Integer from 0 to 50.
 */
export function formatFixed(value: number, digits: number): string {
  if (Number.isNaN(value)) return "nan";
  // 100 decimals distinguish every tie from its neighbours in double precision as long as `digits` is at most 50.
  const expansion = value.toFixed(100);
  const point = expansion.length - 100;
  const tie = /^50*$/.test(expansion.slice(point + digits));
  const below = expansion.slice(0, digits === 0 ? point - 1 : point + digits);
  return tie && /[02468]$/.test(below) ? below : value.toFixed(digits);
}

/**
 * Sum in the order of NumPy's pairwise summation, so that an average has the same last bit, and therefore the
 * same rounded digits, as one computed there (numpy/core/src/umath/loops_utils.h.src, `pairwise_sum`).
 */
export function pairwiseSum(values: readonly number[]): number {
  const n = values.length;
  if (n < 8) {
    let sum = 0;
    for (const value of values) sum += value;
    return sum;
  }
  if (n > 128) {
    const half = Math.floor(n / 2);
    const cut = half - (half % 8);
    return pairwiseSum(values.slice(0, cut)) + pairwiseSum(values.slice(cut));
  }
  const r = values.slice(0, 8);
  const blocks = n - (n % 8);
  for (let i = 8; i < blocks; i++) r[i % 8]! += values[i]!;
  let sum = r[0]! + r[1]! + (r[2]! + r[3]!) + (r[4]! + r[5]! + (r[6]! + r[7]!));
  for (let i = blocks; i < n; i++) sum += values[i]!;
  return sum;
}
