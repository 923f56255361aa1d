import { access } from "node:fs/promises";
import { join } from "node:path";
import { createRng, isCovidxrError } from "@covidxr/core";
import { digestWeights, type LoadedModel, loadModel } from "@covidxr/model";
import { compileInference, createSession, type Session } from "@covidxr/onnx";
import { loadGraph } from "@covidxr/onnx/files";
import type { RunRecord } from "@covidxr/report";
import type { RunCheck } from "@covidxr/report/internal";
import { useTensorFlow } from "../study/network.js";

/** How far two graphs of one model may differ in a probability: they sum in another order. */
const TOLERANCE = 1e-3;

/**
 * Verifies the models of a run: that `model/` and `model.onnx` load, by their own digests; that the weights are those that were
 * trained; that threshold and classes are the run's; and that both files give an image of noise the same probability.
 */
export async function verifyModel(folder: string, record: RunRecord): Promise<RunCheck> {
  const name = "model";
  const path = join(folder, "model");
  if (!(await isThere(join(path, "model.json"))))
    return { name, status: "not-checked", lines: ["the run has no model/"] };
  await useTensorFlow();
  try {
    const loaded = await loadModel(path);
    try {
      const trained = record.resultDigests?.trainedWeights;
      const own = digestWeights(loaded.model);
      const weights = `model/: expected the weights that were trained (${trained}), got others (${own})`;
      const graph = (await isThere(join(folder, "model.onnx"))) ? await compareGraph(folder, loaded) : null;
      const lines = [
        ...(trained === undefined || trained === own ? [] : [weights]),
        ...differing(
          "threshold",
          record.threshold?.value ?? record.settings.threshold,
          loaded.metadata?.threshold,
        ),
        ...differing("classes", record.classes, loaded.metadata?.classes),
        ...(graph ?? []),
      ];
      if (lines.length > 0) return { name, status: "differs", lines };
      const known = trained === undefined ? "" : ", with the weights that were trained";
      const alike = graph === null ? "" : "; model.onnx gives the same probability";
      return { name, status: "same", lines: [`model/ by its own digest${known}${alike}`] };
    } finally {
      loaded.model.dispose();
    }
  } catch (error) {
    if (!isCovidxrError(error)) throw error;
    return { name, status: "differs", lines: [error.message] };
  }
}

function differing(name: string, expected: unknown, got: unknown): string[] {
  const [own, other] = [JSON.stringify(expected), JSON.stringify(got)];
  if (got === undefined || own === other) return [];
  return [`model/: expected the ${name} of run.json, ${own}, got ${other}`];
}

/** Compares what `model.onnx` and the model make of pixels that nobody chose. */
async function compareGraph(folder: string, { model, metadata }: LoadedModel): Promise<string[]> {
  if (metadata === undefined) return [];
  const { preprocessing, inputSize } = metadata;
  const { height, width } = inputSize;
  const rng = createRng(0, { purpose: "verify" });
  const data = Float32Array.from({ length: height * width * 3 }, () => rng.integer(256));
  const probabilities = async (session: Session): Promise<number[]> => {
    try {
      const [output] = Object.values(await session.run({ input: { data, dims: [1, height, width, 3] } }));
      return [...output!.data];
    } finally {
      await session.dispose();
    }
  };
  const own = await probabilities(await createSession(compileInference(model, { preprocessing }).bytes));
  const other = await probabilities(await loadGraph(join(folder, "model.onnx")));
  const alike =
    own.length === other.length && own.every((value, i) => Math.abs(value - other[i]!) < TOLERANCE);
  if (alike) return [];
  return [`model.onnx: expected the probability ${own.join(", ")} of model/, got ${other.join(", ")}`];
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
