import { InvalidArgumentError } from "@covidxr/core";
import { env, InferenceSession, Tensor } from "onnxruntime-node";

/** A float32 tensor in row-major order; `dims` include the batch. */
export interface TensorData {
  readonly data: Float32Array;
  readonly dims: readonly number[];
}

/** Options of {@link createSession}. */
export interface SessionOptions {
  /** Threads inside an operator. @defaultValue the number of physical cores */
  readonly threads?: number;
}

/** A graph loaded into onnxruntime. */
export interface Session {
  /**
   * Runs the graph once. Inputs are read in place, not copied; outputs are new arrays unless `into` names an
   * array of the right size for one.
   *
   * @throws {InvalidArgumentError} when an input is missing.
   */
  run(
    inputs: Readonly<Record<string, TensorData>>,
    into?: Readonly<Record<string, TensorData>>,
  ): Promise<Record<string, TensorData>>;
  /** Frees the session's memory; it cannot run afterwards. */
  dispose(): Promise<void>;
}

/** Loads the bytes of an `.onnx` file into onnxruntime-node on the processor. */
export async function createSession(bytes: Uint8Array, options: SessionOptions = {}): Promise<Session> {
  const session = await InferenceSession.create(bytes, {
    executionProviders: ["cpu"],
    graphOptimizationLevel: "all",
    // Warnings concern the graph's own constants; errors still throw.
    logSeverityLevel: 3,
    ...(options.threads === undefined ? {} : { intraOpNumThreads: options.threads }),
  });
  return {
    async run(inputs, into = {}) {
      const feeds: Record<string, Tensor> = {};
      for (const name of session.inputNames) {
        const input = inputs[name];
        if (input === undefined) {
          throw new InvalidArgumentError({
            parameter: "inputs",
            value: Object.keys(inputs),
            message: `expected an input "${name}", got ${Object.keys(inputs).join(", ") || "none"}`,
          });
        }
        feeds[name] = new Tensor("float32", input.data, input.dims);
      }
      const fetches: Record<string, Tensor | null> = {};
      for (const name of session.outputNames) {
        const target = into[name];
        fetches[name] = target === undefined ? null : new Tensor("float32", target.data, target.dims);
      }
      const outputs = await session.run(feeds, fetches);
      return Object.fromEntries(
        Object.entries(outputs).map(([name, tensor]) => [
          name,
          { data: tensor.data as Float32Array, dims: tensor.dims },
        ]),
      );
    },
    dispose: () => session.release(),
  };
}

/** Name and version of the runtime and where it computes, for reports. */
export function describeRuntime(): string {
  return `onnxruntime-node ${env.versions.node ?? env.versions.common} (cpu)`;
}
