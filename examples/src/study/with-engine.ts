import { createEngine, splitModel, type TrainingEngine } from "@covidxr/training";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import type { Run } from "../run/run.js";
import type { TrainingOptions } from "./training-settings.js";

/** Opens the engine that the options ask for, says which one it is, and closes it whatever comes. */
export async function withEngine<T>(
  model: LayersModel,
  options: TrainingOptions,
  run: Run,
  work: (engine: TrainingEngine) => Promise<T>,
): Promise<T> {
  const engine = await createEngine(model, {
    engine: options.engine,
    providers: options.providers,
    from: splitModel(model).tailFrom,
    loss: "binaryCrossentropy",
    onFallback: (message) => run.say.once(message),
  });
  try {
    run.say.line(`Training on ${engine.description}`);
    return await work(engine);
  } finally {
    await engine.dispose();
  }
}
