import type { ComponentChildren } from "preact";
import type { Chart } from "../charts/chart.js";
import type { ReportImages } from "../content/report-images.js";
import type { ContentTable } from "../content/words.js";

/** A part of the page with its heading; `id` is its anchor in the list of contents. */
export function Section({
  id,
  title,
  children,
}: {
  readonly id: string;
  readonly title: string;
  readonly children: ComponentChildren;
}) {
  return (
    <section id={id} aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{title}</h2>
      {children}
    </section>
  );
}

/** A table whose cells may hold what a component draws. */
export interface DrawnTable extends Omit<ContentTable, "rows"> {
  readonly rows: readonly (readonly ComponentChildren[])[];
}

/**
 * A table that scrolls within itself where the screen is narrow. Its label names the scrolling region and is the caption
 * for screen readers; its first column names the row.
 */
export function DataTable({ table }: { readonly table: DrawnTable }) {
  const { label, columns, rows, textColumns = [0] } = table;
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

/** A table that a summary unfolds; nothing where there is no table. */
export function FoldedTable({
  summary,
  table,
}: {
  readonly summary: string;
  readonly table: ContentTable | null;
}) {
  if (table === null) return null;
  return (
    <details>
      <summary>{summary}</summary>
      <DataTable table={table} />
    </details>
  );
}

/** A chart with its title, what it shows in words, and its values as a table. */
export function ChartFigure({ chart }: { readonly chart: Chart }) {
  const { id, title, description, svg, table } = chart;
  return (
    <figure id={id}>
      <figcaption>{title}</figcaption>
      <div class="chart" dangerouslySetInnerHTML={{ __html: svg }} />
      <p class="note">{description}</p>
      <FoldedTable
        summary={`Values of “${title}”`}
        table={{ label: `Values of ${title}`, ...table, textColumns: textColumnsOf(table) }}
      />
    </figure>
  );
}

/** The first column, and those that hold more words than numbers. */
function textColumnsOf({ columns, rows }: Chart["table"]): number[] {
  return columns.flatMap((_, i) => {
    const words = rows.filter((row) => typeof row[i] === "string" && !/^(undefined|∞)?$/.test(row[i]));
    return i === 0 || words.length > rows.length / 2 ? [i] : [];
  });
}

/** Charts beside one another where there is room. */
export function ChartGrid({ charts }: { readonly charts: readonly Chart[] }) {
  return (
    <div class="charts">
      {charts.map((chart) => (
        <ChartFigure key={chart.id} chart={chart} />
      ))}
    </div>
  );
}

/** A small copy of a radiograph, or words in its place where the run left none or none may be shown. */
export function Thumbnail({
  images,
  path,
  description,
}: {
  readonly images: Pick<ReportImages, "thumbnails" | "withheld">;
  /** Path of the image. */
  readonly path: string;
  readonly description: string;
}) {
  if (images.withheld.has(path))
    return <span class="no-image">not shown: its licence forbids altered copies</span>;
  const source = images.thumbnails.get(path);
  if (source === undefined) return <span class="no-image">no thumbnail</span>;
  return <img class="thumbnail" src={source} alt={description} />;
}
