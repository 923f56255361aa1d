import type { RunAnalysis } from "../analysis/analyse-run.js";
import { integrityText } from "../content/integrity.js";
import { NOT_A_DEVICE } from "../content/words.js";
import { DATA_SECTIONS } from "./claim-data.js";
import type { ClaimAnswer } from "./claim-item.js";
import { MODEL_SECTIONS } from "./claim-model.js";
import { escapeMarkdown, markdownTable } from "./markdown.js";

/**
 * The Checklist for Artificial Intelligence in Medical Imaging (CLAIM; Mongan, Moy & Kahn 2020, doi
 * 10.1148/ryai.2020200029) as a run answers it, as Markdown: 42 items in our words, each `filled` (the run answers),
 * `partly` or `person` (only a person can).
 */
export function claimChecklist(analysis: RunAnalysis): string {
  const integrity = integrityText(analysis.run);
  const sections = [...DATA_SECTIONS, ...MODEL_SECTIONS].map(({ title, items }) => ({
    title,
    lines: items.map(([number, asks, answer]) => ({ number, asks, answer: answer(analysis) })),
  }));
  const statuses = sections.flatMap(({ lines }) => lines.map(({ answer }) => statusOf(answer)));
  const count = (status: string) => statuses.filter((own) => own === status).length;
  return [
    "# CLAIM checklist",
    ...(integrity === null ? [] : [`**${escapeMarkdown(integrity)}**`]),
    ...(analysis.run.record.synthetic
      ? ["**Synthetic radiographs:** a program drew every image. No answer says anything about a disease."]
      : []),
    `Checklist for Artificial Intelligence in Medical Imaging (Mongan, Moy & Kahn 2020, [doi 10.1148/ryai.2020200029](https://doi.org/10.1148/ryai.2020200029)), items in our words; read it alongside the original and its 2024 update ([doi 10.1148/ryai.240300](https://doi.org/10.1148/ryai.240300)), which a journal may ask for instead. ${NOT_A_DEVICE}`,
    `**${count("filled")} of ${statuses.length} filled from the run, ${count("partly")} partly; ${count("person")} need a person.**`,
    "`filled`: the run answers the item. `partly`: it answers part of it. `person`: only a person can answer it.",
    ...sections.flatMap(({ title, lines }) => [
      `## ${title}`,
      markdownTable(
        ["No.", "Item", "Status", "Answer"],
        lines.map(({ number, asks, answer }) => [
          `${number}`,
          asks,
          `\`${statusOf(answer)}\``,
          answerMarkdown(answer),
        ]),
      ),
    ]),
  ]
    .join("\n\n")
    .concat("\n");
}

function statusOf({ run, person }: ClaimAnswer): "filled" | "partly" | "person" {
  if (!run) return "person";
  return person === undefined ? "filled" : "partly";
}

function answerMarkdown({ run, person }: ClaimAnswer): string {
  return [
    ...(run ? [escapeMarkdown(run)] : []),
    ...(person === undefined ? [] : [`**A person must say:** ${person}.`]),
  ].join(" ");
}
