import { inspectRuntime } from "@covidxr/onnx";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { chooseEngine, type EngineName } from "./choose-engine.js";
import type { TrainingEngine } from "./engine.js";
import { createOnnxEngine, type OnnxEngineOptions } from "./onnx-engine.js";
import { createTfjsEngine, type TfjsEngineOptions } from "./tfjs-engine.js";

/** Options of {@link createEngine}; each engine heeds its own. */
export interface EngineOptions extends OnnxEngineOptions, TfjsEngineOptions {
  /** @defaultValue `"auto"`: onnxruntime where one loads, else TensorFlow.js */
  readonly engine?: EngineName;
}

/**
 * Engine for the part of `model` from layer `from` on. All engines take the same batches and give the same results up
 * to rounding; `engine.description` says what runs.
 *
 * @throws {UnsupportedLayerError} on a layer that the engine cannot train.
 * @throws {InvalidArgumentError} on an unknown engine, provider, backend or layer, or one that does not work here.
 */
export async function createEngine(model: LayersModel, options: EngineOptions): Promise<TrainingEngine> {
  const { engine, backend, onFallback, ...onnxOptions } = options;
  const choice = await chooseEngine(engine, () => inspectRuntime(options.runtime));
  // Told here, once; an engine has several sessions.
  if (choice.fallback !== undefined) onFallback?.(choice.fallback);
  if (choice.engine === "onnx") return createOnnxEngine(model, onnxOptions);
  const { from, loss } = options;
  return createTfjsEngine(model, { from, loss, ...(backend === undefined ? {} : { backend }) });
}
