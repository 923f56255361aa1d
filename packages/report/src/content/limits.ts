import { formatEstimate } from "@covidxr/metrics";
import type { RunAnalysis } from "../analysis/analyse-run.js";
import { countText } from "../internal/format.js";

/** A reason not to take a figure at its word. */
export interface Limit {
  readonly title: string;
  readonly text: string;
}

/**
 * What a run cannot show, in plain words: what its own files tell of patients, sources and numbers, and what holds of
 * every study of this kind.
 */
export function limitsOf(analysis: RunAnalysis): Limit[] {
  const { record } = analysis.run;
  return [
    ...(record.synthetic ? [SYNTHETIC] : []),
    smallNumbers(analysis),
    ...patientsOnBothSides(analysis),
    ...sourcesStandForLabels(analysis),
    ...thresholdByEye(analysis),
    {
      title: "One run is one draw.",
      text:
        "Another seed, another split or another version of a library moves the figures. The intervals here are of " +
        "these images under this model; they do not hold that spread. Repeat the run with other seeds, or fold by fold.",
    },
    {
      title: "Good figures do not show that a disease was recognised.",
      text:
        "A network needs only one thing that goes together with the label: the hospital, the age, the view, the text in " +
        "a corner, the format of the file. Images from a place that took no part in training are the test of that, and " +
        "none were used here.",
    },
  ];
}

const SYNTHETIC: Limit = {
  title: "The radiographs are synthetic.",
  text: "They were drawn by a program. Every figure shows that the software works, and nothing else.",
};

function smallNumbers({ headline }: RunAnalysis): Limit {
  const { accuracy } = headline.estimates;
  const perImage = 1 / headline.images.length;
  return {
    title: `${countText(headline.images.length, "image")} cannot carry many digits.`,
    text:
      `The accuracy is ${formatEstimate(accuracy)}: one image more or less on the right side moves it by ` +
      `${perImage.toFixed(3)}. Two models whose intervals overlap as widely cannot be ranked by it.`,
  };
}

function patientsOnBothSides({ run, facts }: RunAnalysis): Limit[] {
  const leaked = facts.heldOutOfTrainedPatients;
  if (leaked === null || leaked.images === 0) return [];
  return [
    {
      title: "Patients stand on both sides of the split.",
      text:
        `Of ${countText(leaked.of, "held-out image")}, ${leaked.images} ${leaked.images === 1 ? "is" : "are"} of a patient ` +
        `with another image in training (split "${run.record.heldOut}"). What the network knows of a patient helps it ` +
        "there and would not help it with a new one.",
    },
  ];
}

function sourcesStandForLabels({ run, facts }: RunAnalysis): Limit[] {
  const [negative, positive] = run.record.classes;
  const pure = facts.sources.filter((source) => source.negative === 0 || source.positive === 0);
  if (facts.sources.length < 2 || pure.length === 0) return [];
  const sentences = pure.map(({ source, negative: without, positive: of }) =>
    of === 0
      ? `All ${countText(without, "image")} from ${source} are ${negative}.`
      : `All ${countText(of, "image")} from ${source} are ${positive}.`,
  );
  return [
    {
      title: "A source stands for a label.",
      text:
        `${sentences.join(" ")} To tell where such an image comes from is to know its label, and the scanner, the ` +
        "patients' age and the format of the file go with the source.",
    },
  ];
}

function thresholdByEye({ run, headline }: RunAnalysis): Limit[] {
  const chosen = run.record.threshold;
  if (chosen?.chosenOn && chosen.chosenOn !== headline.name) return [];
  return [
    {
      title: `The threshold (${headline.threshold}) was not chosen on data set aside for it.`,
      text:
        "It was given with the run. Figures that depend on it (all but the areas and the scores' own) would be others " +
        "at another threshold; the ROC curve shows which.",
    },
  ];
}
