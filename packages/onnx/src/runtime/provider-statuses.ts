import { GraphBuilder } from "../graph/graph-builder.js";
import { firstLine, type Runtime } from "./load-runtime.js";
import { openProvider } from "./open-provider.js";
import { PROVIDERS, type Provider } from "./provider.js";

/** Whether a provider works on this machine. */
export interface ProviderStatus {
  readonly provider: Provider;
  /** Whether the runtime's build knows it. */
  readonly known: boolean;
  /** Whether a session opens on it. */
  readonly available: boolean;
  /** Why it is not available, one line. */
  readonly reason?: string;
}

/** Opens a graph of one operator on each provider that the runtime knows. */
export async function providerStatuses(runtime: Runtime): Promise<readonly ProviderStatus[]> {
  const bytes = smallestGraph();
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
    } catch (fault) {
      statuses.push({ provider, known: true, available: false, reason: firstLine(fault) });
    }
  }
  return statuses;
}

function smallestGraph(): Uint8Array {
  const graph = new GraphBuilder();
  graph.output("y", graph.op("Relu", [graph.input("x", ["N"])]), ["N"]);
  return graph.encode("smallest");
}
