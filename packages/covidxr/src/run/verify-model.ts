import { access } from "node:fs/promises";
import { join } from "node:path";
import { isCovidxrError } from "@covidxr/core";
import { digestWeights, loadModel } from "@covidxr/model";
import type { RunRecord } from "@covidxr/report";
import type { RunCheck } from "@covidxr/report/internal";
import { useTensorFlow } from "../study/network.js";

/**
 * Verifies the model of a run: that it loads, by its own digest; that its weights are those that were trained; and that its
 * threshold and classes are the run's.
 */
export async function verifyModel(folder: string, record: RunRecord): Promise<RunCheck> {
  const name = "model";
  const path = join(folder, "model");
  const isThere = await access(join(path, "model.json")).then(
    () => true,
    () => false,
  );
  if (!isThere) return { name, status: "not-checked", lines: ["the run has no model/"] };
  await useTensorFlow();
  try {
    const { model, metadata } = await loadModel(path);
    const trained = record.resultDigests?.trainedWeights;
    const own = digestWeights(model);
    model.dispose();
    const lines = [
      ...(trained === undefined || trained === own
        ? []
        : [`model/: expected the weights that were trained (${trained}), got others (${own})`]),
      ...differing("threshold", record.threshold?.value ?? record.settings.threshold, metadata?.threshold),
      ...differing("classes", record.classes, metadata?.classes),
    ];
    if (lines.length > 0) return { name, status: "differs", lines };
    const weights = trained === undefined ? "" : ", with the weights that were trained";
    return { name, status: "same", lines: [`model/ by its own digest${weights}`] };
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
