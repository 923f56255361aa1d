import { plural } from "@covidxr/core/internal";
import { formatMetric } from "@covidxr/metrics/internal";
import { cohortText, licencesTable, sourcesTable, unusedTable } from "../content/cohort.js";
import { ChartFigure, DataTable, FoldedTable, Section, Thumbnail } from "./components.js";
import type { PageContent } from "./page-content.js";

/** How the cohort was assembled, and what it consists of. */
export function CohortSection({ analysis, charts }: PageContent) {
  const unused = unusedTable(analysis);
  return (
    <Section id="cohort" title="Cohort">
      <p>{cohortText(analysis)}</p>
      {charts.flow && <ChartFigure chart={charts.flow} />}
      <DataTable table={sourcesTable(analysis)} />
      <FoldedTable summary="Licences of the images" table={licencesTable(analysis)} />
      <FoldedTable
        summary={`${plural(unused?.rows.length ?? 0, "row was", "rows were")} not used`}
        table={unused}
      />
    </Section>
  );
}

/** A few images of each class, from the lowest to the highest probability. */
export function ExamplesSection({ analysis, images }: PageContent) {
  const { name } = analysis.headline;
  return (
    <Section id="examples" title="Examples of each class">
      {images.examples.map(({ className, images: examples }) => (
        <div key={className}>
          <h3>{className}</h3>
          {examples.length === 0 && <p class="note">{`No image in ${name} is of this class.`}</p>}
          <ul class="examples">
            {examples.map(({ path, filename, finding, probability }) => (
              <li key={path}>
                <Thumbnail images={images} path={path} description={`Radiograph ${filename}, ${finding}`} />
                <span class="name">{filename}</span>
                <span class="note">{`${finding}, probability ${formatMetric(probability)}`}</span>
              </li>
            ))}
          </ul>
        </div>
      ))}
      <p class="note">
        {`From ${name}, spread from the lowest to the highest probability. They show what the network saw: all images are resized to one size, so their proportions are not those of the radiograph.`}
      </p>
    </Section>
  );
}

/** Images on the wrong side of the threshold, the farthest first. */
export function ErrorsSection({ analysis, images }: PageContent) {
  const { headline, run } = analysis;
  const { errors } = images;
  const total = headline.errors.length;
  const rest =
    errors.length < total
      ? `; the ${errors.length} farthest from the threshold are listed, and all are in the table of predictions`
      : "";
  return (
    <Section id="errors" title="Errors">
      <p>
        {`${plural(total, "image")} of ${headline.images.length} (${headline.name}) ${total === 1 ? "is" : "are"} on the wrong side of the threshold ${headline.threshold}${rest}.`}
      </p>
      {total > 0 && (
        <DataTable
          table={{
            label: `Errors on ${headline.name}`,
            columns: ["Image", "File", "True class", "Probability", "Finding", "Source"],
            textColumns: [0, 1, 2, 4, 5],
            rows: errors.map(({ path, filename, label, probability, finding, source }) => [
              <Thumbnail key={path} images={images} path={path} description={`Radiograph ${filename}`} />,
              filename,
              run.record.classes[label],
              formatMetric(probability),
              finding,
              source,
            ]),
          }}
        />
      )}
    </Section>
  );
}
