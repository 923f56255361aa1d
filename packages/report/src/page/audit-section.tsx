import { plural } from "@covidxr/core/internal";
import { formatMetric } from "@covidxr/metrics/internal";
import {
  ATTRIBUTES_NOTE,
  attributesTable,
  attributeValuesTable,
  auditedSplitsTable,
  auditSummary,
  findingsOf,
  missingFieldsTable,
  PROBES_NOTE,
  probesTable,
  SEVERITIES,
} from "../content/audit.js";
import type { ListedCopy, ReportImages } from "../content/report-images.js";
import type { AuditFinding, AuditRecord } from "../run/audit-record.js";
import { ChartFigure, DataTable, FoldedTable, Section, Thumbnail } from "./components.js";
import type { PageContent } from "./page-content.js";

/** What a reviewer would find in the cohort: findings, attributes, copies and probes. */
export function AuditSection({
  analysis,
  charts,
  images,
  audit,
}: PageContent & { readonly audit: AuditRecord }) {
  const { probes, copies, attributes, missingFields, splits } = audit;
  const { classes } = analysis.run.record;
  return (
    <Section id="audit" title="Audit of the cohort">
      <p>{auditSummary(analysis)}</p>
      <Findings audit={audit} />
      {attributes.length > 0 && (
        <>
          <h3>Attributes that predict the label</h3>
          <DataTable table={attributesTable(audit)} />
          <p class="note">{ATTRIBUTES_NOTE}</p>
          <FoldedTable
            summary="Values of each attribute by class"
            table={attributeValuesTable(audit, classes)}
          />
        </>
      )}
      {missingFields.length > 0 && <DataTable table={missingFieldsTable(audit, classes)} />}
      {splits.length > 0 && (
        <>
          <h3>Classes in each split</h3>
          <DataTable table={auditedSplitsTable(audit, classes)} />
        </>
      )}
      {copies.length > 0 && <CopyPairs images={images} total={copies.length} />}
      {probes && probes.results.length > 0 && (
        <>
          <h3>Probes</h3>
          <p>{PROBES_NOTE}</p>
          {charts.probes && <ChartFigure chart={charts.probes} />}
          <DataTable table={probesTable(probes.results)} />
        </>
      )}
    </Section>
  );
}

function Findings({ audit }: { readonly audit: AuditRecord }) {
  return (
    <>
      {SEVERITIES.map(({ severity, heading }) => {
        const findings = findingsOf(audit, severity);
        if (findings.length === 0) return null;
        return (
          <div key={severity}>
            <h3>{heading}</h3>
            <ul class="findings">
              {findings.map((finding, i) => (
                <li key={i}>
                  <FindingText finding={finding} />
                </li>
              ))}
            </ul>
          </div>
        );
      })}
    </>
  );
}

function FindingText({ finding }: { readonly finding: AuditFinding }) {
  const { summary, items } = finding;
  if (items.length === 0) return <>{summary}</>;
  return (
    <details>
      <summary>{summary}</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard (WCAG 2.1.1) */}
      <section class="cases" tabIndex={0} aria-label={`Cases: ${summary}`}>
        <ol>
          {items.map((item, i) => (
            <li key={i}>{item}</li>
          ))}
        </ol>
      </section>
    </details>
  );
}

const KINDS = {
  file: "identical files",
  pixels: "identical pixels in different files",
  similar: "similar pixels",
} as const;

/** Files that show the same image, side by side. */
function CopyPairs({ images, total }: { readonly images: ReportImages; readonly total: number }) {
  const { copies } = images;
  const rest =
    copies.length < total
      ? `; ${copies.length} are shown, those across splits first, and all ${total} are in audit.json`
      : "";
  return (
    <>
      <h3>Files that show the same image</h3>
      <p>{`${plural(total, "pair")} of files ${total === 1 ? "shows" : "show"} the same image${rest}.`}</p>
      <ul class="copies">
        {copies.map((copy) => (
          <li key={`${copy.first}\n${copy.second}`}>
            <div class="pair">
              <CopyFile path={copy.first} splits={copy.splits.first} images={images} />
              <CopyFile path={copy.second} splits={copy.splits.second} images={images} />
            </div>
            <p>{copyText(copy)}</p>
          </li>
        ))}
      </ul>
    </>
  );
}

function CopyFile({
  path,
  splits,
  images,
}: {
  readonly path: string;
  readonly splits: readonly string[];
  readonly images: ReportImages;
}) {
  const filename = path.slice(path.lastIndexOf("/") + 1);
  return (
    <div>
      <Thumbnail images={images} path={path} description={`Radiograph ${filename}`} />
      <div>{filename}</div>
      <div class="note">{splits.length === 0 ? "in no split" : splits.join(", ")}</div>
    </div>
  );
}

function copyText({ kind, distance, correlation, mirrored, crop, acrossSplits }: ListedCopy): string {
  const words = [
    ...(acrossSplits ? ["In several splits"] : []),
    KINDS[kind],
    // Of the 128 bits of two perceptual hashes.
    ...(kind === "similar"
      ? [`${distance} of 128 bits differ`, `correlation ${formatMetric(correlation)}`]
      : []),
    ...(mirrored ? ["mirrored"] : []),
    ...(crop === null
      ? []
      : [crop.of === "first" ? "the first is a crop of the second" : "the second is a crop of the first"]),
  ].join(", ");
  return `${words[0]!.toUpperCase()}${words.slice(1)}.`;
}
