import { limitsOf } from "../../content/limits.js";
import type { RunRecord } from "../../run/run-record.js";
import { escapeMarkdown } from "../internal/escape-markdown.js";
import type { ClaimSection } from "./claim-item.js";

export const DISCUSSION_SECTION: ClaimSection = {
  title: "Discussion",
  items: [
    {
      number: 38,
      asks: "Limits: bias, uncertainty, how far the result carries",
      answer: (analysis) => ({
        run: limitsOf(analysis)
          .map(({ title, text }) => `**${escapeMarkdown(title)}** ${escapeMarkdown(text)}`)
          .join(" "),
      }),
    },
    {
      number: 39,
      asks: "What follows for practice, with the intended use and clinical role",
      answer: () => ({
        run: "Not a diagnostic device: no clinical role.",
        person: "what the result means for research and practice",
      }),
    },
  ],
};

export const OTHER_SECTION: ClaimSection = {
  title: "Other information",
  items: [
    {
      number: 40,
      asks: "Registration number and registry",
      answer: () => ({ person: "the registration, or that there is none" }),
    },
    {
      number: 41,
      asks: "Where the full protocol can be had",
      answer: ({ run }) => ({
        run: `run.json holds every option${ofProgram(run.record)}, seeds and digests, so that the run can be repeated.`,
        person: "the address of protocol, code and data",
      }),
    },
    {
      number: 42,
      asks: "Funding and other support; the funders' part in the work",
      answer: () => ({ person: "the funders and their part, or that there are none" }),
    },
  ],
};

function ofProgram({ program }: RunRecord): string {
  return program === undefined ? "" : ` of ${escapeMarkdown(program)}`;
}
