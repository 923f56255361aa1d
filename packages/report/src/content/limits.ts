import { formatEstimate } from "@covidxr/metrics";
import { isHoldout, type RunAnalysis } from "../analysis/analyse-run.js";
import { countText } from "../internal/format.js";
import { auditLimits } from "./audit-limits.js";
import type { Limit } from "./limit.js";

/**
 * What a run cannot show, in plain words: what its own files tell of patients, sources and numbers, and what holds of
 * every study of this kind. What an audit found stands in place of the coarser facts that it contains.
 */
export function limitsOf(analysis: RunAnalysis): Limit[] {
  const { record } = analysis.run;
  const audited = auditLimits(analysis);
  return [
    ...(record.synthetic ? [SYNTHETIC] : []),
    smallNumbers(analysis),
    ...audited.leaks,
    ...(audited.namesPatients ? [] : patientsOnBothSides(analysis)),
    ...audited.attributes,
    ...(audited.namesSources ? [] : sourcesStandForLabels(analysis)),
    ...thresholdByEye(analysis),
    ...picturesWithheld(analysis),
    isHoldout(analysis) ? ONE_RUN : FOLDS_SHARE,
    audited.probes ?? GOOD_FIGURES,
  ];
}

const GOOD_FIGURES: Limit = {
  title: "Good figures do not show that a disease was recognised.",
  text:
    "A network needs only one thing that goes together with the label: the hospital, the age, the view, the text in " +
    "a corner, the format of the file. Only images from a place that took no part in training can test that.",
};

const SYNTHETIC: Limit = {
  title: "The radiographs are synthetic.",
  text: "They were drawn by a program. Every figure shows that the software works, and nothing else.",
};

const ONE_RUN: Limit = {
  title: "One run is one draw.",
  text:
    "Another seed, another split or another version of a library moves the figures. The intervals here are of these " +
    "images under this model; they do not hold that spread. Repeat the run with other seeds, or fold by fold.",
};

const FOLDS_SHARE: Limit = {
  title: "The folds share their training images.",
  text:
    "Their spread is smaller than that of models trained on new images would be, and the intervals of all folds together " +
    "take the models as one. Another seed moves the figures too.",
};

function smallNumbers({ headline }: RunAnalysis): Limit {
  const { accuracy } = headline.estimates;
  const perImage = 1 / headline.images.length;
  return {
    title: `${countText(headline.images.length, "image")} cannot carry many digits.`,
    text:
      `The accuracy is ${formatEstimate(accuracy)}: one image more or less on the right side moves it by ` +
      `${perImage.toFixed(3)}. Whether another model is better on the same images is a question for a paired comparison.`,
  };
}

function patientsOnBothSides({ run, facts, headline }: RunAnalysis): Limit[] {
  const leaked = facts.heldOutOfTrainedPatients;
  if (leaked.images === 0) return [];
  return [
    {
      title: "Patients stand on both sides of the split.",
      text:
        `Of ${countText(leaked.of, "held-out image")}, ${leaked.images} ${leaked.images === 1 ? "is" : "are"} of a patient ` +
        `with another image in training (${run.kind === "holdout" ? `split "${run.record.heldOut}"` : headline.name}). What the network knows of a patient helps it ` +
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

function picturesWithheld({ run, facts }: RunAnalysis): Limit[] {
  const withheld = new Set(facts.withheld);
  const used = run.cohort.filter(({ status, path }) => status === "used" && withheld.has(path));
  const count = new Set(used.map(({ path }) => path)).size;
  if (count === 0) return [];
  const [took, them] = count === 1 ? ["It", "it"] : ["They", "them"];
  return [
    {
      title: `${countText(count, "image carries", "images carry")} a licence that forbids derivatives.`,
      text: `${took} took part in the computation like all others; the report shows no picture of ${them}, since altered copies may not be passed on.`,
    },
  ];
}

function thresholdByEye({ run, headline }: RunAnalysis): Limit[] {
  const chosen = run.record.threshold;
  if (chosen && chosen.chosenOn !== headline.name) return [];
  if (chosen) {
    return [
      {
        title: `The threshold (${headline.threshold}) was chosen on the images it is reported for.`,
        text: "Figures that depend on it are better than they would be on new images.",
      },
    ];
  }
  return [
    {
      title: `The threshold (${headline.threshold}) was not chosen on data set aside for it.`,
      text:
        "It was given with the run. Figures that depend on it (all but the areas and the scores' own) would be others " +
        "at another threshold; the ROC curve shows which.",
    },
  ];
}
