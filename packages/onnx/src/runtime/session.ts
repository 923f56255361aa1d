import type { RuntimeName } from "./load-runtime.js";
import type { Provider } from "./provider.js";

/** A float32 tensor in row-major order; `dims` include the batch. */
export interface TensorData {
  readonly data: Float32Array;
  readonly dims: readonly number[];
}

/** Options of {@link createSession}. */
export interface SessionOptions {
  /**
   * Threads inside an operator. onnxruntime-web takes the number of the process' first session.
   * @defaultValue the number of physical cores; on onnxruntime-web of logical ones
   */
  readonly threads?: number;
  /** Where to compute, tried in this order. @defaultValue `["cpu"]` */
  readonly providers?: readonly Provider[];
  /** The package that runs the graph. @defaultValue onnxruntime-node, or onnxruntime-web where that does not load */
  readonly runtime?: RuntimeName;
  /** Hears one line when onnxruntime-web computes because onnxruntime-node does not load. */
  readonly onFallback?: (message: string) => void;
}

/** A graph loaded into onnxruntime. */
export interface Session {
  /** The provider that was opened. */
  readonly provider: Provider;
  /** Name and version of the package that runs: `"onnxruntime-node 1.30.0"`. */
  readonly runtime: string;
  /** What runs and where, for reports: `"onnxruntime-node 1.30.0 (cpu)"`. */
  readonly description: string;
  /**
   * Runs the graph once. Inputs are read in place, not copied; outputs are new arrays unless `into` names an
   * array of the right size for one. WebAssembly, which has a memory of its own, copies both.
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
