import { escapeMarkdown } from "../internal/escape-markdown.js";
import type { ClaimItem, ClaimSection } from "./claim-item.js";

export const GROUND_TRUTH_SECTION: ClaimSection = {
  title: "Methods: ground truth",
  items: [
    {
      number: 14,
      asks: "Definition of the reference standard, in enough detail to repeat it",
      answer: ({ run }) => {
        const [negative, positive] = run.record.classes.map(escapeMarkdown) as [string, string];
        const text = `The label follows from the source's finding alone (item 11): 1 is “${positive}”, 0 is “${negative}”. No image was read again.`;
        return run.record.synthetic
          ? { run: text }
          : { run: text, person: "how the sources came to their findings, such as by a laboratory test" };
      },
    },
    ofPerson(
      15,
      "Why this reference standard, and what others would differ in",
      "why this reference, and its known errors",
    ),
    ofPerson(16, "Who annotated, and with what training", "who made the findings, and their qualification"),
    ofPerson(17, "Tools of annotation", "the tools, or that there were none"),
    ofPerson(
      18,
      "Agreement between readers and of each with himself, and how conflicts were settled",
      "the agreement, or that it was not measured",
    ),
  ],
};

/** An item about readers, whom drawn images do not have. */
function ofPerson(number: number, asks: string, person: string): ClaimItem {
  return {
    number,
    asks,
    answer: ({ run }) =>
      run.record.synthetic
        ? { run: "The program that drew an image knows its class; nobody read it." }
        : { person },
  };
}
