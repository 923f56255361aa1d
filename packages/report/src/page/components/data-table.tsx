import type { ComponentChildren } from "preact";

/** A cell: text, a number, or what a component draws. */
export type Cell = ComponentChildren;

/**
 * A table that scrolls within itself where the screen is narrow. Its first column names the row.
 *
 * @param label What the table is of: the name of its scrolling region, and its caption for screen readers.
 */
export function DataTable({
  label,
  columns,
  rows,
  textColumns = [],
}: {
  readonly label: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  /** Positions of columns that hold text: they are set from the left. */
  readonly textColumns?: readonly number[];
}) {
  const kind = (column: number): string | undefined => (textColumns.includes(column) ? "text" : undefined);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard (WCAG 2.1.1)
    <section class="scroll" tabIndex={0} aria-label={label}>
      <table>
        <caption class="visually-hidden">{label}</caption>
        <thead>
          <tr>
            {columns.map((column, i) => (
              <th key={column} scope="col" class={kind(i)}>
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([first, ...rest], row) => (
            <tr key={row}>
              <th scope="row" class={kind(0)}>
                {first}
              </th>
              {rest.map((cell, i) => (
                <td key={i} class={kind(i + 1)}>
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
