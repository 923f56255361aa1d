import type { RunAnalysis } from "../../analysis/analyse-run.js";
import { countText } from "../../internal/format.js";
import { groupBy } from "../../internal/group-by.js";
import { escapeMarkdown } from "../internal/escape-markdown.js";
import { inputSize } from "../internal/input-size.js";
import { settingText } from "../internal/setting-text.js";
import type { ClaimAnswer, ClaimSection } from "./claim-item.js";

export const DATA_SECTION: ClaimSection = {
  title: "Methods: data",
  items: [
    { number: 7, asks: "Sources of the data", answer: sources },
    { number: 8, asks: "Who was eligible, and how, where and when cases were found", answer: eligibility },
    { number: 9, asks: "Steps of preprocessing", answer: preprocessing },
    { number: 10, asks: "Parts of the data or of images that were selected", answer: selection },
    {
      number: 11,
      asks: "Definitions of data elements, by common standards where there are any",
      answer: elements,
    },
    {
      number: 12,
      asks: "How the data were de-identified",
      answer: ({ run }) =>
        run.record.synthetic
          ? { run: "Drawn images show nobody." }
          : { person: "how the sources removed what identifies a patient" },
    },
    { number: 13, asks: "What was done about missing data", answer: missing },
  ],
};

function sources({ run, facts }: RunAnalysis): ClaimAnswer {
  const { dataset, digests } = run.record;
  const names = facts.sources.map(
    ({ source, positive, negative }) =>
      `${escapeMarkdown(source)} (${countText(positive + negative, "image")})`,
  );
  const named = dataset?.map(
    ({ source, licence }) => `${escapeMarkdown(source)}: ${escapeMarkdown(licence)}`,
  );
  const counted = facts.licences.map(
    ({ source, license, images }) =>
      `${escapeMarkdown(source)}: ${escapeMarkdown(license ?? "not stated")} (${countText(images, "image")})`,
  );
  const licences = named && named.length > 0 ? named : counted;
  const parts = [
    `Sources: ${names.join(", ")}.`,
    ...(licences.length > 0 ? [`Licences: ${licences.join("; ")}.`] : []),
    ...(digests?.metadata ? [`SHA-256 of the metadata: ${escapeMarkdown(digests.metadata)}.`] : []),
  ];
  return {
    run: parts.join(" "),
    ...(licences.length === 0 && { person: "the licences of the sources" }),
  };
}

function eligibility({ run }: RunAnalysis): ClaimAnswer {
  if (run.record.synthetic) return { run: "Nobody took part: the images were drawn by a program." };
  const person = "how, where and when the sources found their cases";
  if (run.flow === null || run.flow.length === 0)
    return { person: `criteria of inclusion and exclusion; ${person}` };
  const steps = run.flow.map(({ name, kept }) => `${kept} ${escapeMarkdown(name)}`);
  return { run: `Kept, step by step: ${steps.join("; ")}.`, person };
}

function preprocessing({ run }: RunAnalysis): ClaimAnswer {
  const { record } = run;
  const size = inputSize(record);
  const values = record.settings.preprocessing;
  const known = [
    ...(record.decoder ? [`Decoded by ${settingText(record.decoder)}.`] : []),
    ...(size
      ? [`Brought to ${size.height} × ${size.width} pixels (height × width); the sides' ratio is not kept.`]
      : []),
    ...(values === undefined
      ? []
      : [
          `Values: ${settingText(values)}${values === "rescale" ? " (RGB divided by 255)" : values === "caffe" ? " (BGR less ImageNet's means)" : ""}.`,
        ]),
  ];
  return {
    ...(known.length > 0 && { run: known.join(" ") }),
    ...((!size || values === undefined) && { person: "every step from the file to the network's input" }),
  };
}

function selection({ run, facts }: RunAnalysis): ClaimAnswer {
  return {
    run: `${facts.used} of ${countText(run.cohort.length, "row")} of the cohort took part; ${leftOut(run)}.`,
    person: "whether regions of images were cropped or masked before the run",
  };
}

function elements({ run }: RunAnalysis): ClaimAnswer {
  const used = run.cohort.filter(({ status }) => status === "used");
  const classes = run.record.classes.map((name, label) => {
    const findings = groupBy(
      used.filter((row) => row.label === label),
      ({ finding }) => finding,
    );
    const counts = [...findings].map(([finding, rows]) => `${escapeMarkdown(finding)} (${rows.length})`);
    return `${escapeMarkdown(name)}: ${counts.join(", ") || "none"}`;
  });
  return {
    run: `Findings of each class, with images: ${classes.join("; ")}.`,
    person: "the sources' definitions of these findings, and common data elements they follow",
  };
}

function missing({ run }: RunAnalysis): ClaimAnswer {
  const unknown = run.cohort.filter(
    ({ status, patientId }) => status === "used" && patientId === null,
  ).length;
  return {
    run: `No value was imputed. Left out: ${leftOut(run)} (cohort.csv names them). ${countText(unknown, "used image is", "used images are")} of an unknown patient; each counts as a patient of its own.`,
  };
}

function leftOut({ cohort }: RunAnalysis["run"]): string {
  const count = (status: string) => cohort.filter((row) => row.status === status).length;
  return `${count("missing")} missing, ${count("unreadable")} unreadable, ${count("duplicate")} duplicate`;
}
