import type { Chart } from "../../charts/chart.js";
import { DataTable } from "./data-table.js";

/** A chart with its title, what it shows in words, and its values as a table. */
export function ChartFigure({ chart }: { readonly chart: Chart }) {
  const { id, title, description, svg, table } = chart;
  return (
    <figure id={id}>
      <figcaption>{title}</figcaption>
      <div class="chart" dangerouslySetInnerHTML={{ __html: svg }} />
      <p class="note">{description}</p>
      <details>
        <summary>Values of “{title}”</summary>
        <DataTable label={`Values of ${title}`} columns={table.columns} rows={table.rows} textColumns={[0]} />
      </details>
    </figure>
  );
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
