import { isCovidxrError } from "@covidxr/core";
import { cacheKey } from "@covidxr/core/files";
import { digestWeights, saveModel } from "@covidxr/model";
import { compileInference } from "@covidxr/onnx";
import { saveGraph } from "@covidxr/onnx/files";
import {
  analyseRun,
  findOtherSplit,
  isHoldout,
  type RunAnalysis,
  readRun,
  writeReport,
} from "@covidxr/report";
import type { HoldoutAnalysis, WrittenReport } from "@covidxr/report/internal";
import { predict, type TrainingResult } from "@covidxr/training";
import { removeCheckpoints } from "@covidxr/training/internal";
import { version_core } from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { version } from "../../package.json";
import type { Run } from "../run/run.js";
import { foldsText, probeText } from "../run/texts.js";
import type { Settings } from "../settings/declarations.js";
import type { Cohort } from "./load-cohort.js";
import { describeNetwork } from "./network.js";
import type { StudyDefinition } from "./published.js";
import type { CohortFeatures } from "./training.js";

/**
 * Predicts every image and analyses the predictions: metrics with intervals at the run's threshold, for all splits. This is
 * the only analysis: what is printed, saved and reported comes from it.
 */
export async function evaluateNetwork(
  run: Run<Pick<Settings, "earlyStopping">>,
  { split: { splits } }: StudyDefinition,
  { used }: Cohort,
  model: LayersModel,
  { featuresOf }: CohortFeatures,
): Promise<HoldoutAnalysis> {
  const probabilities: number[] = [];
  for (const name of splits) probabilities.push(...(await predict(model, used(name).map(featuresOf))));
  await run.folder.writePredictions(splits.flatMap(used), probabilities);
  const [training, validation, heldOut] = splits;
  await run.folder.update({
    heldOut,
    // Early stopping validates on images held out of the training ones.
    validation: run.settings.earlyStopping === undefined ? validation : training,
  });
  return analyseRun(await readRun(run.folder.folder, { unfinished: true })) as HoldoutAnalysis;
}

/** Saves the trained network: `model/` for TensorFlow.js, and `model.onnx`, which takes pixels. */
export async function saveNetwork(
  run: Run<Pick<Settings, "epochs" | "height" | "preprocessing" | "seed" | "threshold" | "width">>,
  { classes, input: { method: resize } }: StudyDefinition,
  { prepared }: Cohort,
  model: LayersModel,
): Promise<void> {
  const { preprocessing, height, width, threshold, seed, epochs } = run.settings;
  const { synthetic } = run.folder.record;
  const provenance = {
    notice: "For research. Not a diagnostic device.",
    ...{ synthetic, seed, epochs },
    ...{ covidxr: version, decoderVersion: prepared.decoder.version },
  };
  // What `prepareCohort` made the pixels by.
  const { decoder, orientation, window } = prepared;
  const pixels = {
    ...{ decoder: decoder.name, orientation, ...(window !== undefined && { window }) },
    resize,
  } as const;
  await saveModel(model, run.folder.file("model"), {
    ...pixels,
    ...{ preprocessing, inputSize: { height, width }, threshold, classes, provenance },
  });
  const { bytes } = compileInference(model, {
    preprocessing,
    metadata: {
      ...Object.fromEntries(
        Object.entries({ ...provenance, ...pixels }).map(([key, value]) => [
          key,
          typeof value === "object" ? JSON.stringify(value) : String(value),
        ]),
      ),
      input: `RGB pixels from 0 to 255, float32 [N, ${height}, ${width}, 3]`,
      preprocessing: `${preprocessing}, computed by the graph`,
      output: "probability of the positive class",
      labels: JSON.stringify(classes),
      threshold: String(threshold),
    },
  });
  await saveGraph(bytes, run.folder.file("model.onnx"));
}

/**
 * Notes in `run.json` that the run is finished, with everything that is known at its end.
 *
 * @param engine What computed the training.
 * @param result How training ended, where there was one training.
 */
export async function finishRun(
  run: Run<Partial<Settings>>,
  { network, input: { method: resize } }: StudyDefinition,
  { prepared }: Cohort,
  model: LayersModel,
  engine: string,
  result?: TrainingResult,
): Promise<void> {
  if (run.folder.record.kind === "holdout") await run.folder.writeOtherSplit(await otherSplit(run));
  await run.folder.finish({
    ...(result && {
      resultDigests: {
        images: cacheKey(...[...prepared.images.values()].map((image) => image.key).sort()),
        trainedWeights: digestWeights(model),
      },
      training: {
        epochs: result.history.length,
        weightsOfEpoch: result.epoch,
        stoppedEarly: result.stoppedEarly,
      },
    }),
    engine,
    model: { ...describeNetwork(network, model), resize },
    decoder: prepared.decoder,
    versions: { covidxr: version, node: process.version, tensorflowJs: version_core },
    seconds: run.seconds(),
    peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
  });
  await removeCheckpoints(run.folder.file("checkpoints"));
}

/** What the same study says on the other split; a run beside this one that was altered does not undo this one. */
async function otherSplit({ folder, say }: Run<Partial<Settings>>) {
  try {
    return await findOtherSplit(folder.folder);
  } catch (error) {
    if (!isCovidxrError(error)) throw error;
    say.line(`Not compared with the same study on the other split: ${error.message}`);
    return null;
  }
}

/** Writes the report of a finished run, prints its results, and says where everything is. */
export async function reportRun(
  run: Run<Partial<Settings>>,
  analysed: string | RunAnalysis = run.folder.folder,
): Promise<WrittenReport> {
  const { folder, say } = run;
  const report = await writeReport(analysed);
  const { analysis } = report;
  if (isHoldout(analysis)) {
    say.results(analysis);
    const probes = analysis.run.audit?.probes;
    if (probes) say.block(probeText(probes));
  } else say.block(foldsText(analysis));
  say.report(report);
  if (analysis.published) say.published(analysis.published, folder.record.classes);
  if (isHoldout(analysis) && analysis.bothSplits) say.bothSplits(analysis.bothSplits);
  say.end(folder.folder, run.seconds().total!, folder.record.synthetic);
  return report;
}
