import { stringify } from "yaml";
import { isHoldout, type RunAnalysis } from "../analysis/analyse-run.js";
import { auditSummary } from "../content/audit.js";
import {
  cohortText,
  cohortTitle,
  licencesTable,
  partitionText,
  partsTable,
  sourcesTable,
} from "../content/cohort.js";
import {
  entriesTable,
  environmentTable,
  inputSize,
  inputText,
  modelText,
  publicSettings,
  trainingText,
  weightsText,
} from "../content/environment.js";
import { integrityText } from "../content/integrity.js";
import { limitsOf } from "../content/limits.js";
import {
  bothSplitsTable,
  bothSplitsText,
  byPatientText,
  FOLDS_NOTE,
  foldsTable,
  headlineTable,
  matrixText,
  publishedVerdict,
} from "../content/results.js";
import { NOT_A_DEVICE } from "../content/words.js";
import { cardMetadata } from "./card-metadata.js";
import { boldLead, escapeMarkdown, personNote, tableMarkdown } from "./markdown.js";

/**
 * A run's model card: Markdown below metadata in YAML, as model hubs read it, with the headings of their template
 * (Mitchell et al. 2019, "Model Cards for Model Reporting"). Undefined metrics are left out of the metadata and named in
 * the text. What only a person knows is marked `[to be filled in by a person: …]`; no path of the machine is included.
 */
export function modelCard(analysis: RunAnalysis): string {
  const name = cardName(analysis);
  const sections: readonly (readonly [heading: string, blocks: readonly (string | null)[]])[] = [
    [`# ${escapeMarkdown(name)}`, [notices(analysis)]],
    ["## Model Details", [details(analysis)]],
    ["## Licence", licence(analysis)],
    ["## Uses", USES],
    ["## Bias, Risks, and Limitations", limitations(analysis)],
    ["## How to Get Started with the Model", usage(analysis)],
    ["## Training Details", training(analysis)],
    ["## Evaluation", evaluation(analysis)],
    [
      "## Environmental Impact",
      [
        tableMarkdown(environmentTable(analysis)),
        `Energy and carbon: ${personNote("location and energy source of the machine; the run did not measure them")}.`,
      ],
    ],
    [
      "## Citation",
      [personNote("how to cite this model, and the publications of the data and of the study it follows")],
    ],
    ["## Model Card Contact", [personNote("name and address of someone who answers questions")]],
  ];
  // Readers of YAML 1.1 take a plain "no" or "on" for a truth value; the version makes them quoted.
  const metadata = stringify(cardMetadata(analysis, name), { version: "1.1", lineWidth: 0 });
  const blocks = sections.flatMap(([heading, own]) => [heading, ...own.filter((block) => block)]);
  return `---\n${metadata}---\n\n${blocks.join("\n\n")}\n`;
}

function cardName({ run }: RunAnalysis): string {
  const { classes, program, settings } = run.record;
  const made = [...(program === undefined ? [] : [program]), `seed ${settings.seed}`].join(", ");
  return `${classes[1]} or ${classes[0]} from chest radiographs (${made})`;
}

function notices(analysis: RunAnalysis): string {
  const integrity = integrityText(analysis.run);
  return [
    ...(integrity === null ? [] : [`**${escapeMarkdown(integrity)}**`]),
    ...(analysis.run.record.synthetic
      ? [
          "**Synthetic radiographs.** A program drew every image. The metrics show that the software works; they say nothing about a disease.",
        ]
      : []),
    "**Not a diagnostic device.** For research only. Do not use it to examine, triage or treat anyone.",
    ...(isHoldout(analysis)
      ? []
      : [
          "**No model file.** This is a cross-validation: it trained one model per fold to measure the procedure, and kept none.",
        ]),
  ]
    .map((line) => `> ${line}`)
    .join("\n>\n");
}

function details({ run }: RunAnalysis): string {
  const { record, threshold } = run;
  const [negative, positive] = record.classes.map((name) => `“${escapeMarkdown(name)}”`);
  const known = (text: string | null, note: string) =>
    text === null ? personNote(note) : escapeMarkdown(text);
  return [
    `- **Model type:** ${known(modelText(record), "the run does not name its network")}`,
    `- **Input:** ${known(inputText(record), "size of the input")}`,
    `- **Output:** probability of ${positive}; above ${threshold} the prediction is ${positive}, otherwise ${negative}`,
    `- **Initial weights:** ${known(weightsText(record), "where they come from")}`,
    `- **Developed by:** ${personNote("people and institutions")}`,
    `- **Funded by:** ${personNote("funders, or none")}`,
    "- **Language:** none; the model reads images, the card is in English",
  ].join("\n");
}

function licence(analysis: RunAnalysis): string[] {
  const { dataset, synthetic } = analysis.run.record;
  const own = personNote("the licence under which these weights are shared, if they are");
  if (synthetic) {
    return [
      `The radiographs are synthetic and show nobody. Weights derived from published weights remain under the terms of those. ${own}.`,
    ];
  }
  const licences = licencesTable(analysis);
  const named = dataset && dataset.length > 0;
  return [
    "The metadata says `other` because no single licence covers the weights: they derive from the initial weights, unless those were random (the Visual Geometry Group, Oxford, published those of VGG19 under CC BY 4.0), and from images under the licences of their sources, some of which may forbid commercial use.",
    ...(named
      ? [
          tableMarkdown({
            columns: ["Source of images", "Licence"],
            rows: dataset.map((source) => [source.source, source.licence]),
          }),
        ]
      : []),
    ...(licences ? [tableMarkdown(licences)] : named ? [] : [personNote("licences of the images")]),
    `${own}.`,
  ];
}

const USES = [
  "### Direct Use",
  "To reproduce and question a published result; to study how splits, thresholds and sources change metrics; to teach.",
  "### Out-of-Scope Use",
  "Any decision about a patient: diagnosis, triage, screening, monitoring. Images from sites, devices or age groups other than those of the training images. A second opinion beside a human reader.",
];

function limitations(analysis: RunAnalysis): (string | null)[] {
  const audit = auditSummary(analysis);
  const cases = analysis.run.audit?.findings.length ? " `audit.json` and the report list every case." : "";
  return [
    limitsOf(analysis)
      .map(({ title, text }) => `- ${boldLead(title, text)}`)
      .join("\n"),
    audit && `${escapeMarkdown(audit)}${cases}`,
    "### Recommendations",
    `Quote the metrics with their intervals and with these limits. ${personNote("further ethical considerations, if any")}.`,
  ];
}

function training(analysis: RunAnalysis): (string | null)[] {
  const { record } = analysis.run;
  const trained = trainingText(record);
  const settings = [["program", record.program] as const, ...publicSettings(record)];
  return [
    "### Training Data",
    escapeMarkdown(`${cohortTitle(analysis)}. ${cohortText(analysis)} ${partitionText(analysis)}`),
    tableMarkdown(partsTable(analysis)),
    tableMarkdown(sourcesTable(analysis)),
    "### Training Procedure",
    trained && `${escapeMarkdown(trained)}.`,
    tableMarkdown(entriesTable("Settings", ["Setting", "Value"], settings)),
  ];
}

function evaluation(analysis: RunAnalysis): (string | null)[] {
  const { lead, text, others } = publishedVerdict(analysis);
  const { published } = analysis;
  const splits = bothSplitsTable(analysis);
  const folds = foldsTable(analysis);
  return [
    escapeMarkdown(matrixText(analysis)),
    tableMarkdown(headlineTable(analysis)),
    published &&
      escapeMarkdown(
        `Published in ${published.source}: ${published.accuracy.successes} of ${published.accuracy.trials} correct, positive above ${published.threshold}.`,
      ),
    boldLead(lead, text),
    ...others.map(escapeMarkdown),
    splits && tableMarkdown(splits),
    escapeMarkdown(bothSplitsText(analysis)),
    escapeMarkdown(byPatientText(analysis)),
    folds && tableMarkdown(folds),
    folds && escapeMarkdown(FOLDS_NOTE),
  ];
}

function usage(analysis: RunAnalysis): string[] {
  if (!isHoldout(analysis)) {
    return [
      "There is no model to run: a cross-validation keeps none. Train one (`reproduce` does, on part of the images) and measure it on images used in neither.",
    ];
  }
  const { record, threshold } = analysis.run;
  const size = inputSize(record);
  const shape = size ? `${size.height}, ${size.width}` : "height, width";
  const resize = record.model?.resize;
  const method = resize ? `"${resize}"` : "resizeMethod";
  // What else made the pixels, where the run names it in the words of `decodeImage`.
  const window = windowText(record.settings.window);
  const decoding = [
    ...["jimp", "sharp"].filter((name) => name === record.decoder?.name).map((name) => `decoder: "${name}"`),
    ...(window === undefined ? [] : [`window: ${window}`]),
  ];
  const options = ['name: "radiograph.png"', ...decoding].join(", ");
  return [
    "`model/` says how to prepare an image for it; from TypeScript, in the folder of this card:",
    fence(`import { loadClassifier } from "covidxr";

const classifier = await loadClassifier("model");
const { label, probability } = await classifier.classify("radiograph.png");`),
    `\`model.onnx\` takes float32 pixels \`[N, ${shape}, 3]\`, RGB from 0 to 255 (preprocessing is part of the graph), and returns the probability of class 1, \`[N, 1]\`. Above ${threshold} the prediction is class 1. ${NOT_A_DEVICE}`,
    fence(`import { readFile } from "node:fs/promises";
import { decodeImage, resize } from "@covidxr/image";
import { InferenceSession, Tensor } from "onnxruntime-node";

${size ? `const [height, width] = [${shape}];` : "const [height, width] = inputSize; // of the run that made the model"}
${resize ? "" : 'const resizeMethod = "bilinear"; // or "nearest": that of the run that made the model\n'}const file = await decodeImage(await readFile("radiograph.png"), { ${options} });
const { data } = resize(file, { height, width, method: ${method} });
const session = await InferenceSession.create("model.onnx");
const input = new Tensor("float32", Float32Array.from(data), [1, height, width, 3]);
const { output } = await session.run({ input });
const isPositive = output.data[0] > ${threshold};`),
  ];
}

function windowText(window: unknown): string | undefined {
  if (window === "full") return '"full"';
  const { center, width } = (window ?? {}) as { center?: unknown; width?: unknown };
  return typeof center === "number" && typeof width === "number"
    ? `{ center: ${center}, width: ${width} }`
    : undefined;
}

function fence(code: string): string {
  return `\`\`\`js\n${code}\n\`\`\``;
}
