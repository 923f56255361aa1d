import { isHoldout, type RunAnalysis } from "../../analysis/analyse-run.js";
import { countText } from "../../internal/format.js";
import { splitRuleOf } from "../../run/read-run.js";
import { escapeMarkdown } from "./escape-markdown.js";

/** Whether patients and files stand on both sides of a run's split, as Markdown. */
export function partitionText(analysis: RunAnalysis): string {
  if (!isHoldout(analysis)) {
    return analysis.groupings
      .map(({ by }) =>
        by === "patient"
          ? "Folds by patient: all images of a patient are in one fold; an image of an unknown patient counts as a patient of its own."
          : `Folds by ${escapeMarkdown(by)}: nothing keeps the images of a patient together, so that a patient can be trained on and held out.`,
      )
      .join(" ");
  }
  const { run, facts } = analysis;
  const heldOut = escapeMarkdown(run.record.heldOut);
  const leaked = facts.heldOutOfTrainedPatients;
  const rule = splitRuleOf(run.record) === "study" ? "The split is by row, not by patient: " : "";
  const patients =
    leaked === null || leaked.images === 0
      ? `No image of “${heldOut}” is of a patient with an image in training; an image of an unknown patient counts as a patient of its own.`
      : `${rule}${leaked.images} of ${countText(leaked.of, "image")} of “${heldOut}” ${leaked.images === 1 ? "is" : "are"} of a patient with another image in training.`;
  const files = filesInSeveralSplits(analysis);
  return files === 0
    ? patients
    : `${patients} ${countText(files, "file stands", "files stand")} in more than one split.`;
}

function filesInSeveralSplits({ run }: RunAnalysis): number {
  const splitsOf = new Map<string, Set<string | null>>();
  for (const { path, split, status } of run.cohort) {
    if (status !== "used") continue;
    splitsOf.set(path, (splitsOf.get(path) ?? new Set()).add(split));
  }
  return [...splitsOf.values()].filter(({ size }) => size > 1).length;
}
