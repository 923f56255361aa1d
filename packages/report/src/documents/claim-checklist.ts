import type { RunAnalysis } from "../analysis/analyse-run.js";
import type { ClaimAnswer, ClaimSection } from "./claim/claim-item.js";
import { DATA_SECTION } from "./claim/data-items.js";
import { EVALUATION_SECTION } from "./claim/evaluation-items.js";
import { GROUND_TRUTH_SECTION } from "./claim/ground-truth-items.js";
import { DESIGN_SECTION, INTRODUCTION_SECTION, TITLE_SECTION } from "./claim/introduction-items.js";
import { MODEL_SECTION, TRAINING_SECTION } from "./claim/model-items.js";
import { DISCUSSION_SECTION, OTHER_SECTION } from "./claim/other-items.js";
import { PARTITIONS_SECTION } from "./claim/partition-items.js";
import { PERFORMANCE_SECTION, RESULTS_DATA_SECTION } from "./claim/result-items.js";
import { markdownTable } from "./internal/markdown-table.js";

const SECTIONS: readonly ClaimSection[] = [
  TITLE_SECTION,
  INTRODUCTION_SECTION,
  DESIGN_SECTION,
  DATA_SECTION,
  GROUND_TRUTH_SECTION,
  PARTITIONS_SECTION,
  MODEL_SECTION,
  TRAINING_SECTION,
  EVALUATION_SECTION,
  RESULTS_DATA_SECTION,
  PERFORMANCE_SECTION,
  DISCUSSION_SECTION,
  OTHER_SECTION,
];

/**
 * The Checklist for Artificial Intelligence in Medical Imaging (CLAIM; Mongan, Moy & Kahn 2020, doi
 * 10.1148/ryai.2020200029) with what a run answers, as Markdown: 42 items in our words, each `filled` (the run
 * answers), `partly` or `person` (only a person can).
 */
export function claimChecklist(analysis: RunAnalysis): string {
  const sections = SECTIONS.map(({ title, items }) => ({
    title,
    lines: items.map((item) => ({ item, answer: item.answer(analysis) })),
  }));
  const statuses = sections.flatMap(({ lines }) => lines.map(({ answer }) => statusOf(answer)));
  const count = (status: Status) => statuses.filter((own) => own === status).length;
  return [
    "# CLAIM checklist",
    ...(analysis.run.record.synthetic
      ? [
          "**Synthetic radiographs:** every image was drawn by a program. No answer says anything about a disease.",
        ]
      : []),
    "Checklist for Artificial Intelligence in Medical Imaging (Mongan, Moy & Kahn 2020, [doi 10.1148/ryai.2020200029](https://doi.org/10.1148/ryai.2020200029)), items in our words; read the original beside it, and its update of 2024 ([doi 10.1148/ryai.240300](https://doi.org/10.1148/ryai.240300)), which a journal may ask for instead. For research; not a diagnostic device.",
    `**${count("filled")} of ${statuses.length} filled from the run, ${count("partly")} partly; ${count("person")} need a person.**`,
    "`filled`: the run answers the item. `partly`: it answers a part. `person`: only a person can answer it.",
    ...sections.map(({ title, lines }) =>
      [
        `## ${title}`,
        markdownTable(
          ["No.", "Item", "Status", "Answer"],
          lines.map(({ item, answer }) => [
            `${item.number}`,
            item.asks,
            `\`${statusOf(answer)}\``,
            answerText(answer),
          ]),
        ),
      ].join("\n\n"),
    ),
  ]
    .join("\n\n")
    .concat("\n");
}

type Status = "filled" | "partly" | "person";

function statusOf({ run, person }: ClaimAnswer): Status {
  if (run === undefined) return "person";
  return person === undefined ? "filled" : "partly";
}

function answerText({ run, person }: ClaimAnswer): string {
  return [
    ...(run === undefined ? [] : [run]),
    ...(person === undefined ? [] : [`**A person must say:** ${person}.`]),
  ].join(" ");
}
