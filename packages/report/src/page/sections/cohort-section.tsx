import { DERIVATIVES_TEXT } from "../../content/licence-texts.js";
import { countText } from "../../internal/format.js";
import { ChartFigure } from "../components/chart-figure.js";
import { DataTable } from "../components/data-table.js";
import { Section } from "../components/section.js";
import type { PageContent } from "../page-content.js";

/** How the cohort was made, and what it is made of. */
export function CohortSection({ analysis, charts }: PageContent) {
  const { facts, run } = analysis;
  const [negative, positive] = run.record.classes;
  return (
    <Section id="cohort" title="Cohort">
      <p>
        {countText(facts.used, "image")} of {countText(facts.patients, "patient")} (an image of unknown
        patient counts as one of its own) took part: {facts.positive} {positive}, {facts.negative} {negative}.
      </p>
      {charts.flow && <ChartFigure chart={charts.flow} />}
      <DataTable
        label="Images by source and class"
        columns={["Source", negative, positive]}
        rows={facts.sources.map((source) => [source.source, source.negative, source.positive])}
      />
      <Licences analysis={analysis} />
      <Unused {...{ analysis, charts }} />
    </Section>
  );
}

function Licences({ analysis: { facts } }: Pick<PageContent, "analysis">) {
  if (facts.licences.length === 0) return null;
  return (
    <details>
      <summary>Licences of the images</summary>
      <DataTable
        label="Licences of the images that took part"
        columns={["Source", "Licence as stated", "Images", "Altered copies may be passed on"]}
        textColumns={[0, 1, 3]}
        rows={facts.licences.map(({ source, license, images, derivatives }) => [
          source,
          license ?? "not stated",
          images,
          DERIVATIVES_TEXT[derivatives],
        ])}
      />
    </details>
  );
}

function Unused({ analysis }: Pick<PageContent, "analysis" | "charts">) {
  const unused = analysis.run.cohort.filter(({ status }) => status !== "used");
  if (unused.length === 0) return null;
  return (
    <details>
      <summary>{countText(unused.length, "row")} took no part</summary>
      <DataTable
        label="Rows that took no part"
        columns={["File", "Split", "Why"]}
        textColumns={[0, 1, 2]}
        rows={unused.map(({ filename, split, status }) => [filename, split ?? "", WHY[status]])}
      />
    </details>
  );
}

const WHY = {
  used: "",
  missing: "the file is missing",
  unreadable: "the file cannot be decoded",
  duplicate: "its file, or a copy of its picture, takes part in the same split already",
} as const;
