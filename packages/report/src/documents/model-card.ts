import { formatDuration } from "@covidxr/core/internal";
import { stringify } from "yaml";
import { isHoldout, type RunAnalysis } from "../analysis/analyse-run.js";
import { DERIVATIVES_TEXT } from "../content/licence-texts.js";
import { limitsOf } from "../content/limits.js";
import { bytesText, countText } from "../internal/format.js";
import { auditText } from "./internal/audit-text.js";
import { cardMetadata } from "./internal/card-metadata.js";
import { cardResults } from "./internal/card-results.js";
import { cardUse } from "./internal/card-use.js";
import { cohortTitle } from "./internal/cohort-title.js";
import { escapeMarkdown } from "./internal/escape-markdown.js";
import { inputSize } from "./internal/input-size.js";
import { markdownTable } from "./internal/markdown-table.js";
import { partitionText } from "./internal/partition-text.js";
import { personNote } from "./internal/person-note.js";
import { publicOptions } from "./internal/public-options.js";
import { settingText } from "./internal/setting-text.js";

/**
 * A run's model card: Markdown below metadata in YAML, as model hubs read it, with the headings of their template
 * (Mitchell et al. 2019, "Model Cards for Model Reporting"). Figures that are undefined are left out of the metadata
 * and named in the text. What only a person knows is marked `[to be filled in by a person: …]`; folders of the
 * machine that it ran on are not told.
 */
export function modelCard(analysis: RunAnalysis): string {
  const name = cardName(analysis);
  const sections = [
    `# ${escapeMarkdown(name)}`,
    notices(analysis),
    `## Model Details\n\n${details(analysis)}`,
    `## Licence\n\n${licence(analysis)}`,
    `## Uses\n\n${USES}`,
    `## Bias, Risks, and Limitations\n\n${limitations(analysis)}`,
    `## How to Get Started with the Model\n\n${cardUse(analysis)}`,
    `## Training Details\n\n${training(analysis)}`,
    `## Evaluation\n\n${cardResults(analysis)}`,
    `## Environmental Impact\n\n${environment(analysis)}`,
    `## Citation\n\n${personNote("how to cite this model, and the publications of the data and of the study it follows")}`,
    `## Model Card Contact\n\n${personNote("name and address of someone who answers questions")}`,
  ];
  // Readers of YAML 1.1 take a plain "no" or "on" for a truth value; the version makes them quoted.
  const metadata = stringify(cardMetadata(analysis, name), { version: "1.1", lineWidth: 0 });
  return `---\n${metadata}---\n\n${sections.join("\n\n")}\n`;
}

function cardName({ run }: RunAnalysis): string {
  const { classes, program, settings } = run.record;
  return `${classes[1]} or ${classes[0]} from chest radiographs (${[...(program === undefined ? [] : [program]), `seed ${settings.seed}`].join(", ")})`;
}

function notices(analysis: RunAnalysis): string {
  const lines = [
    ...(analysis.run.record.synthetic
      ? [
          "**Synthetic radiographs.** Every image was drawn by a program. The figures show that the software works; they say nothing about a disease.",
        ]
      : []),
    "**Not a diagnostic device.** For research only. It must not be used to examine, triage or treat anyone.",
    ...(isHoldout(analysis)
      ? []
      : [
          "**No model file.** This is a cross-validation: it trained one model for each fold to measure the procedure, and kept none of them.",
        ]),
  ];
  return lines.map((line) => `> ${line}`).join("\n>\n");
}

function details({ run }: RunAnalysis): string {
  const { record, threshold } = run;
  const size = inputSize(record);
  const { model } = record;
  const weights = publicOptions(record).find(([option]) => option === "weights")?.[1];
  return [
    model
      ? `- **Model type:** ${escapeMarkdown(model.name)}; ${countOf(model.parameters)} parameters, ${countOf(model.trainable)} of them trained`
      : `- **Model type:** ${personNote("the run does not name its network")}`,
    `- **Input:** ${size ? `RGB, ${size.height} × ${size.width} pixels (height × width)` : personNote("size of the input")}`,
    `- **Output:** probability of “${escapeMarkdown(record.classes[1])}”; above ${threshold} the answer is “${escapeMarkdown(record.classes[1])}”, else “${escapeMarkdown(record.classes[0])}”`,
    `- **Initial weights:** ${weights === undefined ? personNote("where they come from") : settingText(weights)}`,
    `- **Developed by:** ${personNote("people and institutions")}`,
    `- **Funded by:** ${personNote("funders, or none")}`,
    "- **Language:** none; the model reads images, the card is in English",
  ].join("\n");
}

function licence({ run, facts }: RunAnalysis): string {
  const { dataset, synthetic } = run.record;
  const own = personNote("the licence under which these weights are given on, if they are");
  if (synthetic) {
    return `The radiographs are synthetic and show nobody. Weights that started from published ones stay under the terms of those. ${own}.`;
  }
  return [
    "The metadata says `other`, since no single licence covers the weights: they derive from the initial weights, unless those were random (those of VGG19 were published by the Visual Geometry Group, Oxford, under CC BY 4.0), and from images under the licences of their sources, some of which may forbid commercial use.",
    ...(dataset && dataset.length > 0
      ? [
          markdownTable(
            ["Source of images", "Licence"],
            dataset.map((source) => [escapeMarkdown(source.source), escapeMarkdown(source.licence)]),
          ),
        ]
      : facts.licences.length === 0
        ? [personNote("licences of the images")]
        : []),
    ...(facts.licences.length > 0
      ? [
          markdownTable(
            ["Source", "Licence as stated", "Images that took part", "Altered copies may be passed on"],
            facts.licences.map(({ source, license, images, derivatives }) => [
              escapeMarkdown(source),
              escapeMarkdown(license ?? "not stated"),
              `${images}`,
              DERIVATIVES_TEXT[derivatives],
            ]),
          ),
        ]
      : []),
    `${own}.`,
  ].join("\n\n");
}

const USES = [
  "### Direct Use\n\nTo reproduce and question a published result; to study how splits, thresholds and sources move figures; to teach.",
  "### Out-of-Scope Use\n\nAny decision about a patient: diagnosis, triage, screening, monitoring. Images from places, devices or age groups other than those of its training images. A second opinion beside a reader.",
].join("\n\n");

function limitations(analysis: RunAnalysis): string {
  const limits = limitsOf(analysis).map(
    ({ title, text }) => `- **${escapeMarkdown(title)}** ${escapeMarkdown(text)}`,
  );
  return [
    limits.join("\n"),
    ...auditText(analysis.run.audit),
    `### Recommendations\n\nQuote the figures with their intervals and with these limits. ${personNote("further ethical considerations, if any")}.`,
  ].join("\n\n");
}

function training(analysis: RunAnalysis): string {
  const { run, facts } = analysis;
  const { record } = run;
  const [negative, positive] = record.classes.map(escapeMarkdown) as [string, string];
  const parts = isHoldout(analysis) ? analysis.splits : analysis.groupings.map(({ pooled }) => pooled);
  const { training: trained } = record;
  return [
    "### Training Data",
    `${escapeMarkdown(cohortTitle(analysis))}: ${countText(facts.used, "image")} of ${countText(facts.patients, "patient")}, ${facts.positive} ${positive} and ${facts.negative} ${negative}. ${partitionText(analysis)}`,
    markdownTable(
      [isHoldout(analysis) ? "Split" : "Held out in", "Images", "Patients", positive, negative],
      parts.map((images) => [
        escapeMarkdown(images.name),
        `${images.images.length}`,
        `${images.patients}`,
        `${images.positives}`,
        `${images.negatives}`,
      ]),
    ),
    markdownTable(
      ["Source", positive, negative],
      facts.sources.map((source) => [
        escapeMarkdown(source.source),
        `${source.positive}`,
        `${source.negative}`,
      ]),
    ),
    "### Training Procedure",
    ...(trained
      ? [
          `${countText(trained.epochs, "epoch")}, ${trained.stoppedEarly ? "stopped early, " : ""}with the weights of epoch ${trained.weightsOfEpoch}.`,
        ]
      : []),
    markdownTable(
      ["Option", "Value"],
      publicOptions(record).map(([name, value]) => [escapeMarkdown(name), settingText(value)]),
    ),
  ].join("\n\n");
}

function environment({ run }: RunAnalysis): string {
  const { machine, engine, versions, seconds, peakMemoryBytes } = run.record;
  const rows: [string, string | undefined][] = [
    ["Hardware", machine && settingText(machine)],
    ["Time, all stages", seconds?.total === undefined ? undefined : formatDuration(seconds.total)],
    ["Peak memory", peakMemoryBytes === undefined ? undefined : bytesText(peakMemoryBytes)],
    ["Computed by", engine && escapeMarkdown(engine)],
    ["Software", versions && settingText(versions)],
  ];
  const known = rows.filter((row): row is [string, string] => row[1] !== undefined);
  return [
    ...(known.length > 0 ? [markdownTable(["What", "Value"], known)] : []),
    `Energy and carbon: ${personNote("place and energy source of the machine; the run did not measure them")}.`,
  ].join("\n\n");
}

function countOf(count: number): string {
  return count.toLocaleString("en");
}
