import { renderToString } from "preact-render-to-string";
import { isHoldout, type RunAnalysis } from "../analysis/analyse-run.js";
import { ChartGrid } from "./components/chart-figure.js";
import { Section } from "./components/section.js";
import type { PageContent } from "./page-content.js";
import { AuditSection } from "./sections/audit-section.js";
import { CohortSection } from "./sections/cohort-section.js";
import { ErrorsSection } from "./sections/errors-section.js";
import { ExamplesSection } from "./sections/examples-section.js";
import { FiguresSection } from "./sections/figures-section.js";
import { FoldsSection } from "./sections/folds-section.js";
import { HeadlineSection } from "./sections/headline-section.js";
import { LimitsSection } from "./sections/limits-section.js";
import { OptionsSection } from "./sections/options-section.js";
import { pageStyle } from "./style.js";

/** Nothing is loaded and nothing runs: a page that is opened from a disk or a mail cannot reach out. */
const CONTENT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/** A report as one HTML document that needs no other file. */
export function renderPage(content: PageContent): string {
  return `<!doctype html>\n${renderToString(<ReportPage {...content} />)}\n`;
}

function ReportPage(content: PageContent) {
  const { analysis, charts } = content;
  const { record } = analysis.run;
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
          <p class="banner">For research. Not a diagnostic device.</p>
          {record.synthetic && (
            <p class="banner synthetic">
              Synthetic radiographs: these figures show that the software works, and nothing else.
            </p>
          )}
          <h1>{titleOf(analysis)}</h1>
          <p class="note">
            {[record.started && `Started ${record.started}`, record.engine, `seed ${record.settings.seed}`]
              .filter(Boolean)
              .join(" · ")}
          </p>
          <Contents sections={sectionsOf(analysis)} />
        </header>
        <main id="main">
          <HeadlineSection {...content} />
          <FiguresSection {...content} />
          <CohortSection {...content} />
          <ExamplesSection {...content} />
          {analysis.run.audit && <AuditSection {...content} audit={analysis.run.audit} />}
          {charts.training.length > 0 && (
            <Section id="training" title="Training">
              <ChartGrid charts={charts.training} />
            </Section>
          )}
          <Section id="results" title={`Results on ${analysis.headline.name}`}>
            <ChartGrid charts={charts.heldOut} />
          </Section>
          <ErrorsSection {...content} />
          {!isHoldout(analysis) && <FoldsSection groupings={analysis.groupings} charts={charts} />}
          <LimitsSection {...content} />
          <OptionsSection {...content} />
        </main>
        <footer>
          <p>For research. Not a diagnostic device. Made from the files of the run alone.</p>
        </footer>
      </body>
    </html>
  );
}

function Contents({ sections }: { readonly sections: readonly (readonly [id: string, title: string])[] }) {
  return (
    <nav aria-label="Contents">
      <ul>
        {sections.map(([id, title]) => (
          <li key={id}>
            <a href={`#${id}`}>{title}</a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function sectionsOf(analysis: RunAnalysis): [string, string][] {
  return [
    ["headline", "Headline"],
    ["figures", "Figures"],
    ["cohort", "Cohort"],
    ["examples", "Examples"],
    ...(analysis.run.audit ? [["audit", "Audit"] as [string, string]] : []),
    ...(isHoldout(analysis) ? [["training", "Training"] as [string, string]] : []),
    ["results", "Results"],
    ["errors", "Errors"],
    ...(isHoldout(analysis) ? [] : [["folds", "Folds"] as [string, string]]),
    ["limits", "Limits"],
    ["options", "Options"],
  ];
}

function titleOf({ run }: RunAnalysis): string {
  const [, positive] = run.record.classes;
  return `${positive} on chest radiographs: report of a ${run.kind === "holdout" ? "run" : "cross-validation"}`;
}
