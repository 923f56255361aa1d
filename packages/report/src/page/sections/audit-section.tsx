import { formatMetric } from "@covidxr/metrics";
import { isHoldout, type RunAnalysis } from "../../analysis/analyse-run.js";
import { countedFindings, findingsOf, NO_LEAK_LEAVES_OPEN, SEVERITIES } from "../../content/audit-facts.js";
import { countText } from "../../internal/format.js";
import type { AuditFinding, AuditRecord } from "../../run/audit-record.js";
import { ChartFigure } from "../components/chart-figure.js";
import { CopyPairs } from "../components/copy-pairs.js";
import { DataTable } from "../components/data-table.js";
import { Section } from "../components/section.js";
import type { PageContent } from "../page-content.js";

/** What a reviewer would find in the cohort: findings, attributes, copies and probes. */
export function AuditSection({
  analysis,
  charts,
  images,
  audit,
}: PageContent & { readonly audit: AuditRecord }) {
  const { probes, copies } = audit;
  return (
    <Section id="audit" title="Audit of the cohort">
      <Findings analysis={analysis} audit={audit} />
      <Attributes audit={audit} classes={analysis.run.record.classes} />
      {copies.length > 0 && <CopyPairs images={images} total={copies.length} />}
      {probes && probes.results.length > 0 && (
        <>
          <h3>Probes</h3>
          <p>
            A probe is a simple classifier that sees a part of what a file holds, none of which should tell
            the label so well. One that comes near the model does not show what the model looks at; it shows
            that such a figure can be had without more.
          </p>
          {charts.probes && <ChartFigure chart={charts.probes} />}
          <DataTable
            label="Probes in words"
            columns={["Probe", "What it sees", "What it says"]}
            textColumns={[0, 1, 2]}
            rows={probes.results.map(({ title, description, words }) => [title, description, words])}
          />
        </>
      )}
    </Section>
  );
}

function Findings({ analysis, audit }: { readonly analysis: RunAnalysis; readonly audit: AuditRecord }) {
  const looked = `${countText(audit.rows, "row")} and ${countText(audit.images, "picture")}`;
  return (
    <>
      <p>
        {audit.findings.length === 0
          ? `The audit of ${looked} found nothing of what it looks for: no leak, no shortcut and no issue. That does not show that there is none.`
          : `The audit of ${looked} found ${countedFindings(audit)}.`}{" "}
        {findingsOf(audit, "leak").length === 0 && NO_LEAK_LEAVES_OPEN}
        {!isHoldout(analysis) && " Its splits are those of the cohort, which folds do not heed."}
      </p>
      {SEVERITIES.map(({ severity, plural, meaning }) => {
        const findings = findingsOf(audit, severity);
        if (findings.length === 0) return null;
        return (
          <div key={severity}>
            <h3>
              {plural}: {meaning}
            </h3>
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

function Attributes({
  audit,
  classes: [negative, positive],
}: {
  readonly audit: AuditRecord;
  readonly classes: readonly [string, string];
}) {
  const { attributes, missingFields, splits } = audit;
  return (
    <>
      {attributes.length > 0 && (
        <>
          <h3>What goes together with the label</h3>
          <DataTable
            label="Share of the label's entropy that each attribute explains"
            columns={["Attribute", "Images known", "Share explained", "By chance", "Adjusted p"]}
            rows={attributes.map(({ attribute, known, share, shareByChance, adjustedPValue }) => [
              attribute,
              known,
              formatMetric(share),
              formatMetric(shareByChance),
              pValueText(adjustedPValue),
            ])}
          />
          <p class="note">
            Mutual information of attribute and label over the entropy of the label, of the images whose value
            is known: 0 tells nothing, 1 tells all. By chance: its mean when the labels are dealt out at
            random among patients. p-values by permutation, corrected for the number of attributes (Holm).
          </p>
          <details>
            <summary>Values of each attribute by class</summary>
            <DataTable
              label="Values of each attribute by class"
              columns={["Attribute", "Value", negative, positive]}
              textColumns={[0, 1]}
              rows={attributes.flatMap(({ attribute, values }) =>
                values.map((own) => [attribute, own.value, own.negative, own.positive]),
              )}
            />
          </details>
        </>
      )}
      {missingFields.length > 0 && (
        <DataTable
          label="Missing fields by class"
          columns={["Missing field", negative, positive, "Adjusted p"]}
          rows={missingFields.map((field) => [
            field.field,
            `${field.negative.missing} of ${field.negative.of}`,
            `${field.positive.missing} of ${field.positive.of}`,
            pValueText(field.adjustedPValue),
          ])}
        />
      )}
      {splits.length > 0 && (
        <>
          <h3>Classes of each split</h3>
          <DataTable
            label="Classes and patients of each split"
            columns={["Split", negative, positive, "Patients"]}
            rows={splits.map((split) => [split.split, split.negative, split.positive, split.patients])}
          />
        </>
      )}
    </>
  );
}

/** Smallest p-value that is shown as a number. */
const SMALLEST = 0.001;

function pValueText(value: number): string {
  return value < SMALLEST ? `< ${SMALLEST}` : formatMetric(value);
}
