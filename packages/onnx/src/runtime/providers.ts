import type { InferenceSession } from "onnxruntime-common";
import { GraphBuilder } from "../graph/graph-builder.js";
import {
  firstLine,
  loadRuntime,
  PROVIDERS,
  type Provider,
  type Runtime,
  type RuntimeInfo,
  type RuntimeName,
} from "./load-runtime.js";

/** Whether a provider works on this machine. */
export interface ProviderStatus {
  readonly provider: Provider;
  /** Whether the runtime's build has it. */
  readonly known: boolean;
  /** Whether a session opens on it. */
  readonly available: boolean;
  /** Why it is not available, one line. */
  readonly reason?: string;
}

/**
 * Says which onnxruntime sessions run on here, without opening one.
 *
 * @param only The one to look for. @defaultValue onnxruntime-node, else onnxruntime-web
 * @throws {InvalidArgumentError} with parameter `"runtime"` when none loads.
 */
export async function inspectRuntime(only?: RuntimeName): Promise<RuntimeInfo> {
  const { module: _, ...info } = await loadRuntime(only);
  return info;
}

/**
 * Says for each provider whether the onnxruntime that loads here has it and whether it works. A missing graphics
 * driver may write a line of its own to the standard error stream.
 *
 * @param only The onnxruntime to ask. @defaultValue onnxruntime-node, else onnxruntime-web
 * @throws {InvalidArgumentError} with parameter `"runtime"` when no onnxruntime loads.
 */
export async function listProviders(only?: RuntimeName): Promise<readonly ProviderStatus[]> {
  return providerStatuses(await loadRuntime(only));
}

/** Opens a graph of one operator on each provider that the runtime has. */
export async function providerStatuses(runtime: Runtime): Promise<readonly ProviderStatus[]> {
  const graph = new GraphBuilder();
  graph.output("y", graph.op("Relu", [graph.input("x", ["N"])]), ["N"]);
  const bytes = graph.encode("smallest");
  const statuses: ProviderStatus[] = [];
  for (const provider of PROVIDERS) {
    if (!runtime.providers.includes(provider)) {
      const reason = `not in ${runtime.text} on this platform`;
      statuses.push({ provider, known: false, available: false, reason });
      continue;
    }
    try {
      const session = await openProvider(runtime, provider, bytes);
      await session.release();
      statuses.push({ provider, known: true, available: true });
    } catch (error) {
      statuses.push({ provider, known: true, available: false, reason: firstLine(error) });
    }
  }
  return statuses;
}

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
  if (!isNode) env.wasm.numThreads ??= threads ?? logicalCores();
  return InferenceSession.create(bytes, {
    executionProviders: [isNode ? provider : "wasm"],
    graphOptimizationLevel: "all",
    // A memory plan is made for each batch size and kept beside the arena: 0.9 GB for the study, for no time saved.
    enableMemPattern: false,
    // Warnings concern the graph's own constants; errors still throw.
    logSeverityLevel: 3,
    ...(threads === undefined || !isNode ? {} : { intraOpNumThreads: threads }),
  });
}

/** In Node as in a browser, without an import that a browser lacks. */
function logicalCores(): number {
  const os = globalThis.process?.getBuiltinModule?.("node:os");
  const { navigator: browser } = globalThis as { navigator?: { hardwareConcurrency?: number } };
  return os?.availableParallelism() ?? browser?.hardwareConcurrency ?? 1;
}
