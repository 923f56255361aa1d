import { renderToString } from "preact-render-to-string";
import { isHoldout, type RunAnalysis } from "../analysis/analyse-run.js";
import { integrityText } from "../content/integrity.js";
import { NOT_A_DEVICE } from "../content/words.js";
import { AuditSection } from "./audit-section.js";
import { CohortSection, ErrorsSection, ExamplesSection } from "./cohort-sections.js";
import { ChartGrid, Section } from "./components.js";
import type { PageContent } from "./page-content.js";
import {
  FoldsSection,
  HeadlineSection,
  LimitsSection,
  MetricsSection,
  SettingsSection,
} from "./result-sections.js";
import { pageStyle } from "./style.js";

/** Nothing is loaded and nothing runs: a page opened from a disk or a mail cannot reach out. */
const CONTENT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/** A report as one HTML document that needs no other file. */
export function renderPage(content: PageContent): string {
  return `<!doctype html>\n${renderToString(<ReportPage {...content} />)}\n`;
}

function ReportPage(content: PageContent) {
  const { analysis, charts } = content;
  const { record, audit } = analysis.run;
  const integrity = integrityText(analysis.run);
  const facts = [
    record.started && `Started ${record.started}`,
    record.engine,
    `seed ${record.settings.seed}`,
  ];
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content={CONTENT_POLICY} />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{titleOf(analysis)}</title>
        <style dangerouslySetInnerHTML={{ __html: pageStyle() }} />
      </head>
      <body>
        <a class="skip" href="#main">
          Skip to the report
        </a>
        <header>
          <p class="banner">{NOT_A_DEVICE}</p>
          {record.synthetic && (
            <p class="banner synthetic">
              Synthetic radiographs: the metrics show that the software works, and nothing else.
            </p>
          )}
          {integrity && <p class="banner edited">{integrity}</p>}
          <h1>{titleOf(analysis)}</h1>
          <p class="note">{facts.filter(Boolean).join(" · ")}</p>
          <nav aria-label="Contents">
            <ul>
              {sectionsOf(content).map(([id, title]) => (
                <li key={id}>
                  <a href={`#${id}`}>{title}</a>
                </li>
              ))}
            </ul>
          </nav>
        </header>
        <main id="main">
          <HeadlineSection {...content} />
          <MetricsSection {...content} />
          <CohortSection {...content} />
          <ExamplesSection {...content} />
          {audit && <AuditSection {...content} audit={audit} />}
          {charts.training.length > 0 && (
            <Section id="training" title="Training">
              <ChartGrid charts={charts.training} />
            </Section>
          )}
          <Section id="results" title={`Results on ${analysis.headline.name}`}>
            <ChartGrid charts={charts.heldOut} />
          </Section>
          <ErrorsSection {...content} />
          <FoldsSection {...content} />
          <LimitsSection {...content} />
          <SettingsSection {...content} />
        </main>
        <footer>
          <p>{NOT_A_DEVICE} Made from the files of the run alone.</p>
        </footer>
      </body>
    </html>
  );
}

/** Anchors and titles of the sections that the page has. */
function sectionsOf({ analysis, charts }: PageContent): (readonly [id: string, title: string])[] {
  const sections: (readonly [id: string, title: string, shown?: boolean])[] = [
    ["headline", "Headline"],
    ["metrics", "Metrics"],
    ["cohort", "Cohort"],
    ["examples", "Examples"],
    ["audit", "Audit", analysis.run.audit !== null],
    ["training", "Training", charts.training.length > 0],
    ["results", "Results"],
    ["errors", "Errors"],
    ["folds", "Folds", !isHoldout(analysis)],
    ["limits", "Limits"],
    ["settings", "Settings"],
  ];
  return sections.flatMap(([id, title, shown = true]) => (shown ? [[id, title] as const] : []));
}

function titleOf({ run }: RunAnalysis): string {
  const [, positive] = run.record.classes;
  return `${positive} on chest radiographs: report of a ${run.kind === "holdout" ? "run" : "cross-validation"}`;
}
