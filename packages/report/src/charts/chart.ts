import type { PlotOptions } from "@observablehq/plot";

/** What charts are drawn with: Observable Plot and a document that it makes its elements in. */
export interface Plotting {
  readonly plot: typeof import("@observablehq/plot");
  readonly document: NonNullable<PlotOptions["document"]>;
}

/** The values a figure draws, as a table. */
export interface ChartTable {
  readonly columns: readonly string[];
  /** One array for each row, in the order of `columns`; an undefined number is the word "undefined". */
  readonly rows: readonly (readonly (string | number)[])[];
}

/** One figure of the report. */
export interface Chart {
  /** Lower-case letters, digits and hyphens; file name (`figures/roc.svg`) and anchor. */
  readonly id: string;
  /** Short, such as "ROC curve on predict". */
  readonly title: string;
  /** The figure in words with its main values: the text alternative. */
  readonly description: string;
  /**
   * `<svg>` element with `role="img"`, named by its `<title>` and `<desc>`. Colours are `var(--name)` of `PALETTE`;
   * ids begin with the chart's own, so that several charts fit in one page.
   */
  readonly svg: string;
  readonly table: ChartTable;
}
