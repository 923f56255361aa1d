import { InvalidArgumentError } from "@covidxr/core";
import { inspectRuntime, type RuntimeInfo } from "@covidxr/onnx";

/** Which engine computes training steps; `"auto"` leaves the choice to {@link chooseEngine}. */
export type EngineName = "auto" | "onnx" | "tfjs";

/** An engine and why it is the one. */
export interface EngineChoice {
  readonly engine: "onnx" | "tfjs";
  /** One line. */
  readonly reason: string;
  /** One line that says what is missing, when something slower than onnxruntime-node was chosen for it. */
  readonly fallback?: string;
}

/**
 * Decides which engine computes, without building it. `"auto"` is onnxruntime, the fastest on a processor, unless no
 * onnxruntime loads.
 *
 * @param engine @defaultValue `"auto"`
 * @param inspect Tells which onnxruntime loads, or throws. @defaultValue `inspectRuntime`
 * @throws {InvalidArgumentError} with parameter `"engine"` on an unknown name; with parameter `"runtime"` when `"onnx"`
 * is asked for and no onnxruntime loads.
 */
export async function chooseEngine(
  engine: EngineName = "auto",
  inspect: () => Promise<RuntimeInfo> = inspectRuntime,
): Promise<EngineChoice> {
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
        }),
      );
    default:
      throw new InvalidArgumentError({
        parameter: "engine",
        value: engine,
        message: `expected "auto", "onnx" or "tfjs", got ${JSON.stringify(engine)}`,
      });
  }
}

function onnxChoice({ text, fallback }: RuntimeInfo, why: string): EngineChoice {
  return { engine: "onnx", reason: `${why}: ${text}`, ...(fallback === undefined ? {} : { fallback }) };
}
