import type { MetricEstimates } from "@covidxr/metrics";
import type { ImagesAnalysis } from "../analysis/analyse-images.js";
import { isHoldout, type RunAnalysis } from "../analysis/analyse-run.js";
import { cohortTitle, partsOf } from "../content/cohort.js";
import { METRIC_NAMES } from "../content/words.js";

/** Metrics of a card by the names that model hubs use for them, in METRIC_NAMES' order. */
const HUB_METRICS = {
  accuracy: "accuracy",
  sensitivity: "recall",
  specificity: "specificity",
  positivePredictiveValue: "precision",
  balancedAccuracy: "balanced_accuracy",
  f1Score: "f1",
  matthewsCorrelation: "matthews_correlation",
  auc: "roc_auc",
  averagePrecision: "average_precision",
  brierScore: "brier_score",
} as const satisfies Partial<Record<keyof MetricEstimates, string>>;

/** Metrics that need no threshold. */
const OF_SCORES: ReadonlySet<string> = new Set(["auc", "averagePrecision", "brierScore"]);

/** A dataset's identifier as model hubs accept it. */
const HUB_IDENTIFIER = /^[\w][\w.-]*(\/[\w.-]+)?$/;

/**
 * Metadata of a model card in the form that model hubs read (huggingface_hub's `ModelCardData`, with `model-index` as
 * its `model_index_to_eval_results` takes it). Undefined metrics are left out, as is a result without any.
 *
 * @param name Name of the model.
 */
export function cardMetadata(analysis: RunAnalysis, name: string): Record<string, unknown> {
  const { synthetic } = analysis.run.record;
  const datasets = synthetic
    ? []
    : analysis.facts.sources.map(({ source }) => source).filter((source) => HUB_IDENTIFIER.test(source));
  // The held-out images alone: metrics on images that a model was fitted to are no evaluation.
  const results = (isHoldout(analysis) ? [analysis.headline] : partsOf(analysis))
    .map((images) => ({
      task: { type: "image-classification", name: "Image classification" },
      dataset: { ...datasetOf(analysis), split: images.name },
      metrics: metricsOf(images),
    }))
    .filter(({ metrics }) => metrics.length > 0);
  const types = new Set(results.flatMap(({ metrics }) => metrics.map(({ type }) => type)));
  return {
    language: "en",
    license: "other",
    license_name: "mixed-see-section-licence",
    library_name: "covidxr",
    pipeline_tag: "image-classification",
    tags: [
      "medical-imaging",
      "chest-x-ray",
      "covid-19",
      "research-only",
      "not-for-diagnosis",
      ...(synthetic ? ["synthetic-data"] : []),
      ...(isHoldout(analysis) ? ["onnx", "tensorflow.js"] : ["cross-validation"]),
    ],
    ...(datasets.length > 0 && { datasets }),
    ...(types.size > 0 && { metrics: [...types] }),
    ...(results.length > 0 && { "model-index": [{ name, results }] }),
  };
}

function datasetOf(analysis: RunAnalysis): { readonly name: string; readonly type: string } {
  const name = cohortTitle(analysis);
  const type = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
  return { name, type: type || "chest-radiographs" };
}

function metricsOf({ estimates, threshold }: ImagesAnalysis) {
  return (Object.keys(HUB_METRICS) as (keyof typeof HUB_METRICS)[]).flatMap((metric) => {
    const { value, low, high, level, method } = estimates[metric];
    if (!Number.isFinite(value)) return [];
    const interval = Number.isFinite(low) && Number.isFinite(high);
    return [
      {
        type: HUB_METRICS[metric],
        value: rounded(value),
        name: METRIC_NAMES[metric],
        args: {
          ...(!OF_SCORES.has(metric) && { threshold }),
          ...(interval && { low: rounded(low), high: rounded(high), level, method }),
        },
      },
    ];
  });
}

/** Six decimals: JavaScript writes smaller numbers as `1e-7`, which YAML 1.1 readers take for text. */
function rounded(value: number): number {
  return Number(value.toFixed(6));
}
