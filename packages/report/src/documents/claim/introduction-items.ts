import { escapeMarkdown } from "../internal/escape-markdown.js";
import type { ClaimSection } from "./claim-item.js";

export const TITLE_SECTION: ClaimSection = {
  title: "Title and abstract",
  items: [
    {
      number: 1,
      asks: "Title or abstract name the work as one of AI, and the kind of technique",
      answer: ({ run }) => ({
        ...(run.record.model && { run: `Deep learning: ${escapeMarkdown(run.record.model.name)}.` }),
        person: "the title",
      }),
    },
    {
      number: 2,
      asks: "Abstract structured by design, methods, results and conclusions",
      answer: () => ({ person: "the abstract" }),
    },
  ],
};

export const INTRODUCTION_SECTION: ClaimSection = {
  title: "Introduction",
  items: [
    {
      number: 3,
      asks: "Scientific and clinical background; what the technique is meant for and its clinical role",
      answer: () => ({ person: "the background, and what the technique is meant for" }),
    },
    {
      number: 4,
      asks: "Aims and hypotheses",
      answer: ({ published }) => ({
        ...(published && {
          run: `The run repeats what was published by ${escapeMarkdown(published.source)} and compares the accuracies.`,
        }),
        person: "aims and hypotheses, and whether they stood before the data were seen",
      }),
    },
  ],
};

export const DESIGN_SECTION: ClaimSection = {
  title: "Methods: study design",
  items: [
    {
      number: 5,
      asks: "Prospective or retrospective",
      answer: ({ run }) =>
        run.record.synthetic
          ? { run: "Neither: the images were drawn by a program." }
          : {
              run: "Retrospective: images that existed before the run.",
              person: "how and why the sources collected them",
            },
    },
    {
      number: 6,
      asks: "Goal of the study, such as a new model, feasibility or non-inferiority",
      answer: ({ published }) => ({
        run: published
          ? "Reproduction of a published classifier."
          : "Training and measuring of a classifier.",
        person: "what the study wants to show",
      }),
    },
  ],
};
