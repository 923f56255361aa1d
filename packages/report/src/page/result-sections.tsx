import { formatEstimate } from "@covidxr/metrics";
import { entriesTable, environmentTable } from "../content/environment.js";
import { limitsOf } from "../content/limits.js";
import {
  bothSplitsTable,
  bothSplitsText,
  byPatientTable,
  byPatientText,
  correctText,
  FOLDS_NOTE,
  foldsTable,
  foldTables,
  INTERVALS_NOTE,
  metricsTable,
  publishedVerdict,
  undefinedMetrics,
} from "../content/results.js";
import { ChartFigure, ChartGrid, DataTable, FoldedTable, Section } from "./components.js";
import type { PageContent } from "./page-content.js";

/** The accuracy on the held-out images with its interval, beside the published one. */
export function HeadlineSection({ analysis, charts }: PageContent) {
  const { headline, published } = analysis;
  const correct = headline.images.length - headline.errors.length;
  const verdict = publishedVerdict(analysis);
  const patients = byPatientText(analysis);
  const splits = bothSplitsTable(analysis);
  return (
    <Section id="headline" title="Headline">
      <div class="headline">
        <div class="numbers">
          <HeadlineMetric
            label="This run"
            estimate={headline.estimates.accuracy}
            note={correctText(correct, headline.images.length, headline.name, headline.threshold)}
          />
          {published && (
            <HeadlineMetric
              label="Published"
              estimate={published.accuracy}
              note={correctText(
                published.accuracy.successes,
                published.accuracy.trials,
                published.source,
                published.threshold,
              )}
            />
          )}
          <p class="verdict">
            <strong>{verdict.lead}</strong> {verdict.text}
          </p>
          {verdict.others.map((other) => (
            <p class="note" key={other}>
              {other}
            </p>
          ))}
          {patients && <p class="note">{patients}</p>}
        </div>
        <ChartFigure chart={charts.headline} />
      </div>
      {splits && (
        <>
          <h3>Both splits</h3>
          <DataTable table={splits} />
          <p>{bothSplitsText(analysis)}</p>
        </>
      )}
    </Section>
  );
}

function HeadlineMetric({
  label,
  estimate,
  note,
}: {
  readonly label: string;
  readonly estimate: { readonly value: number; readonly low: number; readonly high: number };
  readonly note: string;
}) {
  return (
    <div class="metric">
      <h3>{label}: accuracy</h3>
      <p class="value">{formatEstimate(estimate)}</p>
      <p class="note">{note}</p>
    </div>
  );
}

/** Every metric of every set of images, with its interval. */
export function MetricsSection({ analysis }: PageContent) {
  return (
    <Section id="metrics" title="Metrics">
      <DataTable table={metricsTable(analysis)} />
      {undefinedMetrics(analysis).map((text) => (
        <p class="note" key={text}>
          {text}
        </p>
      ))}
      <FoldedTable
        summary="Intervals that keep the images of a patient together"
        table={byPatientTable(analysis)}
      />
      <p class="note">{INTERVALS_NOTE}</p>
    </Section>
  );
}

/** Each fold of each seed, their mean and their spread. */
export function FoldsSection({ analysis, charts }: PageContent) {
  const summary = foldsTable(analysis);
  if (summary === null) return null;
  return (
    <Section id="folds" title="Seeds and folds">
      <DataTable table={summary} />
      <ChartGrid charts={charts.folds} />
      {foldTables(analysis).map(({ by, table }) => (
        <FoldedTable key={by} summary={`All folds by ${by}`} table={table} />
      ))}
      <p class="note">{FOLDS_NOTE}</p>
    </Section>
  );
}

/** What the run cannot show. */
export function LimitsSection({ analysis }: PageContent) {
  return (
    <Section id="limits" title="What this run cannot show">
      <ul class="limits">
        {limitsOf(analysis).map(({ title, text }) => (
          <li key={title}>
            <strong>{title}</strong> {text}
          </li>
        ))}
      </ul>
      <p>
        <strong>This is research software, not a diagnostic device.</strong> Do not use the network or any
        metric in this report to make decisions about a patient.
      </p>
    </Section>
  );
}

/** Every setting of the run, and where and how it ran. */
export function SettingsSection({ analysis }: PageContent) {
  const { record } = analysis.run;
  const settings = Object.entries({ program: record.program, ...record.settings, ...record.place });
  const digests = Object.entries({ ...record.digests, ...record.resultDigests });
  return (
    <Section id="settings" title="Settings and environment">
      <DataTable table={environmentTable(analysis)} />
      <FoldedTable summary="All settings" table={entriesTable("Settings", ["Setting", "Value"], settings)} />
      {digests.length > 0 && (
        <FoldedTable
          summary="Digests of inputs and results (SHA-256)"
          table={entriesTable("Digests", ["Of", "SHA-256"], digests)}
        />
      )}
    </Section>
  );
}
