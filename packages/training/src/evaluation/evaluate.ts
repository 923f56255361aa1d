import type { LayersModel } from "@tensorflow/tfjs-layers";
import type { LabelledFeatures } from "../loop/labelled-features.js";
import { predict } from "./predict.js";
import { type Evaluation, scoreOutputs } from "./score-outputs.js";

/**
 * Loss, accuracy and outputs of a model on labelled features.
 *
 * @throws {InvalidArgumentError} as {@link predict}, and on labels that the output cannot express.
 */
export async function evaluate(model: LayersModel, images: LabelledFeatures): Promise<Evaluation> {
  const outputs = await predict(model, images.values);
  return scoreOutputs(outputs, images.labels);
}
