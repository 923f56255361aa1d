import { availableParallelism } from "node:os";
import type { InferenceSession } from "onnxruntime-node";
import type { Runtime } from "./load-runtime.js";
import type { Provider } from "./provider.js";

/** Opens onnxruntime's own session on one provider. */
export function openProvider(
  runtime: Runtime,
  provider: Provider,
  bytes: Uint8Array,
  threads?: number,
): Promise<InferenceSession> {
  const { InferenceSession, env } = runtime.module;
  // Errors are thrown as well; a library prints nothing by itself.
  env.logLevel = "fatal";
  const isNode = runtime.name === "onnxruntime-node";
  // WebAssembly has one pool of threads, which the process' first session sizes.
  if (!isNode) env.wasm.numThreads ??= threads ?? availableParallelism();
  return InferenceSession.create(bytes, {
    executionProviders: [isNode ? provider : "wasm"],
    graphOptimizationLevel: "all",
    // A plan of the memory is made for each batch size and held beside the arena: 0.9 GB for the study, for no time.
    enableMemPattern: false,
    // Warnings concern the graph's own constants; errors still throw.
    logSeverityLevel: 3,
    ...(threads === undefined || !isNode ? {} : { intraOpNumThreads: threads }),
  });
}
