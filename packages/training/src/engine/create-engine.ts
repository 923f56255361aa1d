import { InvalidArgumentError } from "@covidxr/core";
import { checkArguments, checkOptions, describeValue } from "@covidxr/core/internal";
import { inspectRuntime } from "@covidxr/onnx";
import { type RuntimeInfo, SESSION } from "@covidxr/onnx/internal";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import type { TrainingEngine } from "./engine.js";
import { createOnnxEngine, type OnnxEngineOptions } from "./onnx-engine.js";
import { resolveTfjsBackend, TFJS_PACKAGES, type TfjsBackend, type TfjsPackage } from "./tfjs-backend.js";
import { tfjsEngineOn } from "./tfjs-engine.js";

/** Which engine computes training steps; `"auto"` is onnxruntime, unless none loads. */
export type EngineName = "auto" | "onnx" | "tfjs";

/** An engine and why it is the one. */
export interface EngineChoice {
  readonly engine: "onnx" | "tfjs";
  /** One line. */
  readonly reason: string;
  /** One line that says what is missing, when something slower than onnxruntime-node was chosen for it. */
  readonly fallback?: string;
  /** Why no onnxruntime loads, where that decided. */
  readonly cause?: string;
}

/**
 * Decides which engine computes, without building it. `"auto"` is onnxruntime, the fastest on a processor, unless no
 * onnxruntime loads.
 *
 * @param engine @defaultValue `"auto"`
 * @param inspect Says which onnxruntime loads, or throws. @defaultValue `inspectRuntime`
 * @throws {InvalidArgumentError} with parameter `"engine"` on an unknown name; with parameter `"runtime"` when `"onnx"`
 * is asked for and no onnxruntime loads.
 */
export async function chooseEngine(
  engine: EngineName = "auto",
  inspect: () => Promise<RuntimeInfo> = inspectRuntime,
): Promise<EngineChoice> {
  checkArguments({ inspect }, { inspect: "function" });
  switch (engine) {
    case "tfjs":
      return { engine, reason: "asked for" };
    case "onnx":
      return onnxChoice(await inspect(), "asked for");
    case "auto":
      return inspect().then(
        (runtime) => onnxChoice(runtime, "the fastest engine that loads"),
        ({ message }: Error): EngineChoice => ({
          engine: "tfjs",
          reason: "no onnxruntime loads",
          fallback: `TensorFlow.js computes, slower, because no onnxruntime loads (${message})`,
          cause: message,
        }),
      );
    default:
      throw new InvalidArgumentError({
        parameter: "engine",
        value: engine,
        message: `expected "auto", "onnx" or "tfjs", got ${describeValue(engine)}`,
      });
  }
}

function onnxChoice({ text, fallback }: RuntimeInfo, why: string): EngineChoice {
  return { engine: "onnx", reason: `${why}: ${text}`, ...(fallback === undefined ? {} : { fallback }) };
}

/** Options of {@link createEngine}; each engine reads its own. */
export interface EngineOptions extends OnnxEngineOptions {
  /** @defaultValue `"auto"`: onnxruntime where one loads, else TensorFlow.js */
  readonly engine?: EngineName;
  /** Package of TensorFlow.js that computes. @defaultValue `@tensorflow/tfjs-node-gpu`, else `@tensorflow/tfjs-node` */
  readonly backend?: TfjsPackage;
}

/**
 * Engine for the part of `model` from layer `from` on. All engines take the same batches and give the same results up
 * to rounding; `engine.description` says what runs.
 *
 * @throws {UnsupportedLayerError} on a layer that the engine cannot train.
 * @throws {InvalidArgumentError} on an unknown engine, provider, backend or layer, or one that does not work here.
 */
export async function createEngine(model: LayersModel, options: EngineOptions): Promise<TrainingEngine> {
  checkArguments({ model }, { model: "model" });
  checkOptions(options, {
    ...SESSION,
    engine: ["auto", "onnx", "tfjs", undefined],
    from: "string",
    loss: ["binaryCrossentropy", "categoricalCrossentropy"],
    backend: [...TFJS_PACKAGES, undefined],
  });
  const { engine, backend, onFallback, ...onnxOptions } = options;
  const choice = await chooseEngine(engine, () => inspectRuntime(options.runtime));
  // Told here, once; an engine has several sessions.
  if (choice.fallback !== undefined) onFallback?.(choice.fallback);
  if (choice.engine === "onnx") return createOnnxEngine(model, onnxOptions);
  const { from, loss } = options;
  const resolved = await resolveFor(choice, backend);
  if (resolved.fallback !== undefined) onFallback?.(resolved.fallback);
  return tfjsEngineOn(resolved, model, { from, loss });
}

/** The backend of a choice; where it was a fallback, an error says first what should have computed. */
async function resolveFor(choice: EngineChoice, backend: TfjsPackage | undefined): Promise<TfjsBackend> {
  try {
    return await resolveTfjsBackend(backend);
  } catch (error) {
    if (choice.fallback === undefined || !(error instanceof InvalidArgumentError)) throw error;
    throw new InvalidArgumentError({
      parameter: "engine",
      value: error.value,
      message: `expected an engine that works here, got none: ${choice.reason} (${choice.cause}), and ${error.message}`,
      cause: error,
    });
  }
}
