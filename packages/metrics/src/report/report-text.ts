import { formatFixed } from "./format-fixed.js";

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
 * @param anyRight Whether a single sample was predicted right. If none was, scikit-learn writes the support with a
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
  const figure = (value: number | null): string => (value === null ? "" : formatFixed(value, digits));
  const body = (row: ReportLine): string =>
    line(row.name, [
      figure(row.precision),
      figure(row.recall),
      figure(row.f1Score),
      row.support.toFixed(anyRight ? 0 : 1),
    ]);
  return `${line("", HEADERS)}\n${classes.map(body).join("")}\n${averages.map(body).join("")}`;
}

/** Pads by code points, as Python counts them; String.prototype.padStart counts UTF-16 units. */
function padStart(text: string, width: number): string {
  return " ".repeat(Math.max(0, width - Array.from(text).length)) + text;
}
