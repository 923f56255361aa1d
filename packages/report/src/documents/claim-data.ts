import { groupBy, plural } from "@covidxr/core/internal";
import { STUDY_SPLIT } from "@covidxr/dataset/study";
import { formatEstimate } from "@covidxr/metrics";
import { isHoldout, type RunAnalysis } from "../analysis/analyse-run.js";
import { auditedLeaks } from "../content/audit.js";
import { exclusionText, partitionText } from "../content/cohort.js";
import { inputText } from "../content/environment.js";
import { percent, settingText } from "../content/words.js";
import { splitRuleOf } from "../run/read-run.js";
import { type ClaimAnswer, type ClaimItem, type ClaimSection, unlessSynthetic } from "./claim-item.js";

/** Items 1 to 21: what the study is about, and its data. */
export const DATA_SECTIONS: readonly ClaimSection[] = [
  {
    title: "Title and abstract",
    items: [
      [
        1,
        "Title or abstract identifies the work as AI and names the category of technology",
        ({ run }) => ({
          run: run.record.model ? `Deep learning: ${run.record.model.name}.` : "",
          person: "the title",
        }),
      ],
      [
        2,
        "Structured abstract with design, methods, results and conclusions",
        () => ({ person: "the abstract" }),
      ],
    ],
  },
  {
    title: "Introduction",
    items: [
      [
        3,
        "Scientific and clinical background; intended use and clinical role",
        () => ({ person: "the background, and the intended use" }),
      ],
      [
        4,
        "Aims and hypotheses",
        ({ published }) => ({
          run: published
            ? `The run repeats what was published in ${published.source} and compares the accuracies.`
            : "",
          person: "aims and hypotheses, and whether they were set before the data were seen",
        }),
      ],
    ],
  },
  {
    title: "Methods: study design",
    items: [
      [
        5,
        "Prospective or retrospective",
        (analysis) =>
          unlessSynthetic(analysis, "Neither: a program drew the images.", {
            run: "Retrospective: the images existed before the run.",
            person: "how and why the sources collected them",
          }),
      ],
      [
        6,
        "Goal of the study, such as a new model, feasibility or non-inferiority",
        ({ published }) => ({
          run: published
            ? "Reproduction of a published classifier."
            : "Training and evaluation of a classifier.",
          person: "what the study aims to show",
        }),
      ],
    ],
  },
  {
    title: "Methods: data",
    items: [
      [7, "Data sources", sources],
      [8, "Eligibility criteria, and how, where and when cases were identified", eligibility],
      [9, "Preprocessing", preprocessing],
      [
        10,
        "Selection of subsets of the data or of the images",
        (analysis) => ({
          run: `${analysis.facts.used} of ${plural(analysis.run.cohort.length, "row")} of the cohort were used; ${exclusionText(analysis)}.`,
          person: "whether regions of images were cropped or masked before the run",
        }),
      ],
      [11, "Definitions of data elements, with common data elements where they exist", elements],
      [
        12,
        "De-identification",
        (analysis) =>
          unlessSynthetic(analysis, "Synthetic images show nobody.", {
            person: "how the sources removed what identifies a patient",
          }),
      ],
      [13, "Handling of missing data", missing],
    ],
  },
  {
    title: "Methods: ground truth",
    items: [
      [14, "Definition of the reference standard, in enough detail to replicate it", reference],
      ofReaders(
        15,
        "Rationale for the reference standard, and alternatives",
        "why this reference standard, and its known errors",
      ),
      ofReaders(16, "Annotators and their qualifications", "who made the findings, and their qualifications"),
      ofReaders(17, "Annotation tools", "the tools, or that none were used"),
      ofReaders(
        18,
        "Inter- and intrareader variability, and how disagreements were resolved",
        "the agreement, or that it was not measured",
      ),
    ],
  },
  {
    title: "Methods: data partitions",
    items: [
      [
        19,
        "Intended sample size and how it was determined",
        ({ facts, headline }) => ({
          run: `${plural(facts.used, "image")} of ${plural(facts.patients, "patient")}; the ${headline.images.length} held out give an accuracy of ${formatEstimate(headline.estimates.accuracy)}. The run makes no sample-size calculation.`,
          person: "how many images were intended, and why",
        }),
      ],
      [20, "How data were assigned to partitions, with proportions", assignment],
      [
        21,
        "Level at which partitions are disjoint, such as patients or images",
        (analysis) => ({ run: `${partitionText(analysis)} ${auditedLeaks(analysis)}`.trim() }),
      ],
    ],
  },
];

/** An item about readers, which synthetic images do not have. */
function ofReaders(number: number, asks: string, person: string): ClaimItem {
  return [
    number,
    asks,
    (analysis) =>
      unlessSynthetic(analysis, "The program that drew an image knows its class; nobody read it.", {
        person,
      }),
  ];
}

function sources({ run, facts }: RunAnalysis): ClaimAnswer {
  const { dataset = [], digests } = run.record;
  const names = facts.sources.map(
    ({ source, positive, negative }) => `${source} (${plural(positive + negative, "image")})`,
  );
  const licences =
    dataset.length > 0
      ? dataset.map(({ source, licence }) => `${source}: ${licence}`)
      : facts.licences.map(
          ({ source, license, images }) =>
            `${source}: ${license ?? "not stated"} (${plural(images, "image")})`,
        );
  return {
    run: [
      `Sources: ${names.join(", ")}.`,
      ...(licences.length > 0 ? [`Licences: ${licences.join("; ")}.`] : []),
      ...(digests.metadata ? [`SHA-256 of the metadata: ${digests.metadata}.`] : []),
    ].join(" "),
    ...(licences.length === 0 && { person: "the licences of the sources" }),
  };
}

function eligibility({ run }: RunAnalysis): ClaimAnswer {
  if (run.record.synthetic) return { run: "Nobody took part: a program drew the images." };
  const person = "how, where and when the sources identified their cases";
  if (run.flow === null || run.flow.length === 0)
    return { person: `inclusion and exclusion criteria; ${person}` };
  const steps = run.flow.map(({ name, kept }) => `${kept} ${name}`);
  return { run: `Kept at each step: ${steps.join("; ")}.`, person };
}

function preprocessing({ run: { record } }: RunAnalysis): ClaimAnswer {
  const size = inputText(record);
  const values = record.settings.preprocessing;
  const meaning =
    { rescale: " (RGB divided by 255)", caffe: " (BGR minus ImageNet means)" }[`${values}`] ?? "";
  return {
    run: [
      ...(record.decoder ? [`Decoded by ${settingText(record.decoder)}.`] : []),
      ...(size ? [`Resized to ${size}; the aspect ratio is not kept.`] : []),
      ...(values === undefined ? [] : [`Values: ${settingText(values)}${meaning}.`]),
    ].join(" "),
    ...((!size || values === undefined) && { person: "every step from the file to the network’s input" }),
  };
}

function elements({ run }: RunAnalysis): ClaimAnswer {
  const used = run.cohort.filter(({ status }) => status === "used");
  const classes = run.record.classes.map((name, label) => {
    const findings = groupBy(
      used.filter((row) => row.label === label),
      ({ finding }) => finding,
    );
    const counts = [...findings].map(([finding, rows]) => `${finding} (${rows.length})`);
    return `${name}: ${counts.join(", ") || "none"}`;
  });
  return {
    run: `Findings of each class, with numbers of images: ${classes.join("; ")}.`,
    person: "the sources’ definitions of these findings, and the common data elements they follow",
  };
}

function missing(analysis: RunAnalysis): ClaimAnswer {
  const unknown = analysis.run.cohort.filter(
    ({ status, patientId }) => status === "used" && patientId === null,
  ).length;
  return {
    run: `No value was imputed. Excluded: ${exclusionText(analysis)} (named in cohort.csv). ${plural(unknown, "image used is", "images used are")} of an unknown patient; each counts as a patient of its own.`,
  };
}

function reference(analysis: RunAnalysis): ClaimAnswer {
  const [negative, positive] = analysis.run.record.classes;
  const run = `The label follows from the source’s finding alone (item 11): 1 is “${positive}”, 0 is “${negative}”. No image was read again.`;
  return unlessSynthetic(analysis, run, {
    run,
    person: "how the sources arrived at their findings, such as by a laboratory test",
  });
}

/** The program whose split is the study's at its defaults. */
const REPRODUCE = "reproduce";

function assignment(analysis: RunAnalysis): ClaimAnswer {
  if (!isHoldout(analysis)) {
    const groupings = analysis.groupings.map(
      ({ by, folds }) =>
        `${folds.length} by ${by} (seeds ${[...new Set(folds.map(({ seed }) => seed))].join(", ")})`,
    );
    return { run: `Folds drawn at random: ${groupings.join("; ")}.` };
  }
  const { program, settings } = analysis.run.record;
  const parts = analysis.splits.map(
    ({ name, images, positives, negatives }) =>
      `${name} ${images.length} (${percent(images.length / analysis.facts.used)}: ${positives} positive, ${negatives} negative)`,
  );
  const sizes = `Images in each partition: ${parts.join(", ")}.`;
  if (program !== REPRODUCE) return { run: sizes, person: "how rows were assigned to partitions" };
  const { testSize, validationSize, seed } = STUDY_SPLIT;
  const redrawn = settings.redraw === true ? ` Negatives redrawn with seed ${settings.seed}.` : "";
  const [test, validation] = [percent(testSize), percent(validationSize)];
  return {
    run:
      splitRuleOf(analysis.run.record) === "patient"
        ? `${sizes} Drawn by patient, all images of a patient in one partition: about ${test} for predict, then ${validation} of the rest for test.${redrawn}`
        : `${sizes} Drawn over all rows with seed ${seed}, ignoring patients and classes: ${test} for predict, then ${validation} of the rest for test.${redrawn}`,
  };
}
