import { cacheKey, writeFileAtomic } from "@covidxr/core/files";
import type { PreparedImages } from "@covidxr/image";
import { digestWeights, saveModel } from "@covidxr/model";
import { compileInference } from "@covidxr/onnx";
import type { TrainingResult } from "@covidxr/training";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import type { RunOptions } from "../run/options/reproduce-options.js";
import type { Run } from "../run/run.js";
import { versions } from "../run/versions.js";
import { describeModel } from "./describe-model.js";
import type { OpenStudy } from "./open-study.js";
import { CLASSES } from "./published.js";

/** What a finished run leaves of its model. */
export interface Results {
  readonly run: Run;
  readonly study: OpenStudy;
  readonly options: RunOptions;
  readonly model: LayersModel;
  readonly result: TrainingResult;
  readonly prepared: PreparedImages;
}

/** Writes the model in both forms, and last the finished `run.json`. */
export async function saveResults(results: Results): Promise<void> {
  const { run, study, options, model, prepared } = results;
  const { preprocessing, height, width, threshold } = options;
  const provenance = {
    notice: "For research. Not a diagnostic device.",
    synthetic: study.synthetic,
    seed: options.seed,
    epochs: options.epochs,
  };
  await saveModel(model, run.folder.file("model"), {
    preprocessing,
    inputSize: { height, width },
    threshold,
    classes: CLASSES,
    provenance,
  });
  const whole = compileInference(model, {
    preprocessing,
    metadata: {
      ...Object.fromEntries(Object.entries(provenance).map(([key, value]) => [key, String(value)])),
      input: `RGB pixels from 0 to 255, float32 [N, ${height}, ${width}, 3]`,
      output: "probability of the positive class",
      labels: JSON.stringify(CLASSES),
      threshold: String(threshold),
    },
  });
  await writeFileAtomic(run.folder.file("model.onnx"), whole.bytes);
  await run.folder.finish({
    synthetic: study.synthetic,
    digests: study.digests,
    resultDigests: {
      images: cacheKey(...[...prepared.images.values()].map((image) => image.key).sort()),
      trainedWeights: digestWeights(model),
    },
    engine: results.result.engine,
    model: describeModel(model),
    heldOut: "predict",
    // Early stopping watches images held out of the training ones.
    validation: options.earlyStopping === undefined ? "test" : "train",
    training: {
      epochs: results.result.history.length,
      weightsOfEpoch: results.result.epoch,
      stoppedEarly: results.result.stoppedEarly,
    },
    decoder: prepared.decoder,
    versions: await versions(),
    seconds: run.seconds(),
    peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
  });
}
