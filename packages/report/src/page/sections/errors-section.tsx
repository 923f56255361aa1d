import { formatMetric } from "@covidxr/metrics";
import { countText } from "../../internal/format.js";
import { DataTable } from "../components/data-table.js";
import { Section } from "../components/section.js";
import { Thumbnail } from "../components/thumbnail.js";
import type { PageContent } from "../page-content.js";

/** Images on the wrong side of the threshold, the farthest first. */
export function ErrorsSection({ analysis, images }: PageContent) {
  const { headline, run } = analysis;
  const { classes } = run.record;
  const { errors } = images;
  const total = headline.errors.length;
  return (
    <Section id="errors" title="Errors">
      <p>
        {countText(total, "image")} of {headline.images.length} ({headline.name}){" "}
        {total === 1 ? "stands" : "stand"} on the wrong side of {headline.threshold}
        {errors.length < total
          ? `; the ${errors.length} farthest from it are listed, all are in the table of predictions`
          : ""}
        .
      </p>
      {total > 0 && (
        <DataTable
          label={`Errors on ${headline.name}`}
          columns={["Picture", "File", "Is", "Probability", "Finding", "Source"]}
          textColumns={[0, 1, 2, 4, 5]}
          rows={errors.map(({ path, filename, label, probability, finding, source }) => [
            <Thumbnail key={path} images={images} path={path} description={`Radiograph ${filename}`} />,
            filename,
            classes[label],
            formatMetric(probability),
            finding,
            source,
          ])}
        />
      )}
    </Section>
  );
}
