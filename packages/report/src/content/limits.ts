import { plural } from "@covidxr/core/internal";
import { formatEstimate } from "@covidxr/metrics";
import { formatMetric } from "@covidxr/metrics/internal";
import { isHoldout, type RunAnalysis } from "../analysis/analyse-run.js";
import type { AuditRecord } from "../run/audit-record.js";
import { findingsOf, nearModelProbes } from "./audit.js";
import { joinWords } from "./words.js";

/** A reason not to take a metric at face value. */
export interface Limit {
  readonly title: string;
  readonly text: string;
}

/** Leaks and attributes that a limit names; the audit's section lists all. */
const NAMED_LEAKS = 2;
const NAMED_ATTRIBUTES = 3;

/** An attribute that explains less of the label than this, beyond chance, is not named. */
const NAMED_FROM = 0.05;

/**
 * What a run cannot show: what its own files say about patients, sources and numbers, and what holds for every study of
 * this kind. What an audit found replaces the coarser facts that it contains.
 */
export function limitsOf(analysis: RunAnalysis): Limit[] {
  const { record, audit } = analysis.run;
  const leaks =
    audit === null ? [] : isHoldout(analysis) ? leakLimits(audit) : copiesInSeveralFolds(analysis);
  // Only the splits' own leaks name patients; the audit does not know the folds.
  const namesPatients =
    audit !== null &&
    isHoldout(analysis) &&
    findingsOf(audit, "leak").some(({ check }) => check === "patients");
  const attributes = audit === null ? [] : namedAttributes(audit);
  return [
    ...(record.synthetic ? [SYNTHETIC] : []),
    smallNumbers(analysis),
    ...leaks,
    ...(namesPatients ? [] : patientsOnBothSides(analysis)),
    ...(attributes.length === 0 ? [] : [attributesLimit(attributes)]),
    ...(attributes.some(({ attribute }) => attribute === "source") ? [] : sourcesPredictLabels(analysis)),
    thresholdLimit(analysis),
    ...imagesWithheld(analysis),
    isHoldout(analysis) ? ONE_RUN : FOLDS_SHARE,
    (audit && probesLimit(audit)) ?? { title: GOOD_METRICS, text: SHORTCUTS },
  ].filter((limit) => limit !== null);
}

const SYNTHETIC: Limit = {
  title: "The radiographs are synthetic.",
  text: "A program drew them. The metrics show that the software works, and nothing else.",
};

const GOOD_METRICS = "Good metrics do not show that a disease was recognised.";

const SHORTCUTS =
  "A network needs only one thing that correlates with the label: the hospital, the age, the view, text in a corner, " +
  "the file format. Only images from a site that took no part in training can test this.";

const ONE_RUN: Limit = {
  title: "One run is one draw.",
  text:
    "Another seed, another split or another library version changes the metrics. The intervals here are for these images " +
    "under this model and do not cover that spread. Repeat the run with other seeds, or cross-validate.",
};

const FOLDS_SHARE: Limit = {
  title: "The folds share training images.",
  text:
    "Their spread is smaller than that of models trained on new images, and the intervals over all folds treat the models " +
    "as one. Another seed changes the metrics as well.",
};

function smallNumbers({ headline }: RunAnalysis): Limit {
  const { length } = headline.images;
  return {
    title: `${plural(length, "image")} cannot support many digits.`,
    text:
      `The accuracy is ${formatEstimate(headline.estimates.accuracy)}: one more image on the correct side changes it by ` +
      `${(1 / length).toFixed(3)}. To ask whether another model is better, compare both on the same images, paired.`,
  };
}

function leakLimits(audit: AuditRecord): Limit[] {
  const leaks = findingsOf(audit, "leak");
  if (leaks.length === 0) return [];
  const more = leaks.length - NAMED_LEAKS;
  const named = leaks.slice(0, NAMED_LEAKS).map(({ summary }) => summary);
  return [
    {
      title: "Splits share patients or images.",
      text: [
        ...named,
        ...(more > 0 ? [`The audit lists ${plural(more, "further leak")}.`] : []),
        "What the network knows about a patient or an image helps it on the same one in another split, and would not help on a new one.",
      ].join(" "),
    },
  ];
}

function copiesInSeveralFolds({ run, headline }: RunAnalysis): Limit[] {
  if (run.kind !== "folds" || run.audit === null) return [];
  const { folds } = run.groupings[0]!;
  const foldOf = new Map(
    folds
      .filter(({ seed }) => seed === folds[0]!.seed)
      .flatMap(({ fold, images }) => images.map(({ path }) => [path, fold] as const)),
  );
  const apart = run.audit.copies.filter(({ first, second }) => {
    const [own, other] = [foldOf.get(first), foldOf.get(second)];
    return own !== undefined && other !== undefined && own !== other;
  });
  if (apart.length === 0) return [];
  return [
    {
      title: "Copies of an image are in several folds.",
      text:
        `${plural(apart.length, "pair")} of files showing the same image ${apart.length === 1 ? "is" : "are"} split between folds ` +
        `(${headline.name}), so a model was tested on an image it was trained on.`,
    },
  ];
}

function patientsOnBothSides({ run, facts, headline }: RunAnalysis): Limit[] {
  const { images, of } = facts.heldOutOfTrainedPatients;
  if (images === 0) return [];
  const where = run.kind === "holdout" ? `split “${run.record.heldOut}”` : headline.name;
  return [
    {
      title: "Training and held-out images share patients.",
      text:
        `${images} of ${plural(of, "held-out image")} ${images === 1 ? "is" : "are"} of a patient with another image in training ` +
        `(${where}). What the network knows about a patient helps it there and would not help on a new one.`,
    },
  ];
}

/** Attributes that the limits name: the strongest ones, where the audit reports attributes at all. */
function namedAttributes(audit: AuditRecord): AuditRecord["attributes"] {
  if (!audit.findings.some(({ check }) => check === "attributes")) return [];
  return audit.attributes
    .filter(({ share, shareByChance }) => share - shareByChance >= NAMED_FROM)
    .slice(0, NAMED_ATTRIBUTES);
}

function attributesLimit(attributes: AuditRecord["attributes"]): Limit {
  const parts = attributes.map(({ attribute, share, shareByChance, values }) => {
    const pure = values.filter(({ negative, positive }) => negative === 0 || positive === 0).length;
    const purity = pure === 0 ? "" : `; ${pure} of ${plural(values.length, "value")} in one class only`;
    return `${attribute} ${formatMetric(share)} (by chance ${formatMetric(shareByChance)}${purity})`;
  });
  return {
    title: "Attributes other than the disease predict the label.",
    text:
      `Proportion of the label’s entropy explained by what is known besides the image: ${joinWords(parts)}. ` +
      "A network that sees these attributes in the pixels knows as much about the label.",
  };
}

function sourcesPredictLabels({ run, facts }: RunAnalysis): Limit[] {
  const [negative, positive] = run.record.classes;
  const pure = facts.sources.filter((source) => source.negative === 0 || source.positive === 0);
  if (facts.sources.length < 2 || pure.length === 0) return [];
  const sentences = pure.map(
    (own) =>
      `All ${plural(own.negative + own.positive, "image")} from ${own.source} are ${own.positive === 0 ? negative : positive}.`,
  );
  return [
    {
      title: "The source predicts the label.",
      text:
        `${sentences.join(" ")} To recognise where such an image comes from is to know its label, and scanner, patient age ` +
        "and file format differ with the source.",
    },
  ];
}

function thresholdLimit({ run, headline }: RunAnalysis): Limit | null {
  const chosen = run.record.threshold;
  if (chosen && chosen.chosenOn !== headline.name) return null;
  if (chosen) {
    return {
      title: `The threshold (${headline.threshold}) was chosen on the images it is reported for.`,
      text: "Metrics that depend on it are better than they would be on new images.",
    };
  }
  return {
    title: `The threshold (${headline.threshold}) was not chosen on data set aside for it.`,
    text:
      "It was given with the run. Metrics that depend on it (all but those computed from the probabilities themselves) " +
      "would differ at another threshold; the ROC curve shows how.",
  };
}

function imagesWithheld({ run, facts }: RunAnalysis): Limit[] {
  const withheld = new Set(facts.withheld);
  const used = run.cohort.filter(({ status, path }) => status === "used" && withheld.has(path));
  const count = new Set(used.map(({ path }) => path)).size;
  if (count === 0) return [];
  const [they, them] = count === 1 ? ["It was", "it"] : ["They were", "them"];
  return [
    {
      title: `${plural(count, "image has", "images have")} a licence that forbids derivatives.`,
      text: `${they} used in the computation like all others; the report does not show ${them}, since altered copies may not be shared.`,
    },
  ];
}

function probesLimit(audit: AuditRecord): Limit | null {
  const near = nearModelProbes(audit);
  if (near.length === 0) return null;
  const named = near.map(({ title, outOfFold }) => `${title} (${formatEstimate(outOfFold)})`);
  const model = audit.probes?.model ? ` (${formatEstimate(audit.probes.model)})` : "";
  return {
    title: GOOD_METRICS,
    text:
      `${plural(near.length, "probe")} of the label ${near.length === 1 ? "comes" : "come"} near the model’s own area under the ROC curve${model}: ` +
      `${joinWords(named)}. That part of the file alone gives such a result; no probe tells whether the model used it. Only ` +
      "images from a site that took no part in training can test this.",
  };
}
