import { InvalidArgumentError } from "@covidxr/core";
import type { InferenceSession, Tensor } from "onnxruntime-node";
import { firstLine, type Runtime } from "./load-runtime.js";
import { openProvider } from "./open-provider.js";
import { type Provider, requireProviders } from "./provider.js";
import type { Session, SessionOptions, TensorData } from "./session.js";

/** Opens a session on a given runtime, on the first of the wanted providers that works. */
export async function openSession(
  runtime: Runtime,
  bytes: Uint8Array,
  { providers = ["cpu"], threads, onFallback }: SessionOptions,
): Promise<Session> {
  requireProviders(providers);
  if (runtime.fallback !== undefined) onFallback?.(runtime.fallback);
  const faults: string[] = [];
  for (const provider of providers) {
    if (!runtime.providers.includes(provider)) {
      faults.push(`${provider} (not in ${runtime.text})`);
      continue;
    }
    try {
      const session = await openProvider(runtime, provider, bytes, threads);
      return sessionOf(runtime, provider, session);
    } catch (fault) {
      // The processor is always there: what fails on it is the graph.
      if (provider === "cpu") throw fault;
      faults.push(`${provider} (${firstLine(fault)})`);
    }
  }
  // What its build has: opening each to see which works would let some print warnings of their own.
  throw new InvalidArgumentError({
    parameter: "providers",
    value: providers,
    message:
      `expected a provider that works here, got ${faults.join(", ")}; ` +
      `this build has ${runtime.providers.join(", ")}, of which cpu always works`,
  });
}

function sessionOf(runtime: Runtime, provider: Provider, session: InferenceSession): Session {
  const { Tensor: Values } = runtime.module;
  const isNode = runtime.name === "onnxruntime-node";
  return {
    provider,
    runtime: runtime.text,
    description: isNode ? `${runtime.text} (${provider})` : runtime.text,
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
        feeds[name] = new Values("float32", input.data, input.dims);
      }
      const fetches: Record<string, Tensor | null> = {};
      for (const name of session.outputNames) {
        const target = into[name];
        // onnxruntime-web 1.30.0 leaves given arrays on the processor unwritten, so they are filled below.
        fetches[name] =
          target === undefined || !isNode ? null : new Values("float32", target.data, target.dims);
      }
      const outputs = await session.run(feeds, fetches);
      return Object.fromEntries(
        Object.entries(outputs).map(([name, tensor]): [string, TensorData] => {
          const data = tensor.data as Float32Array;
          const target = into[name];
          if (target === undefined || isNode) return [name, { data, dims: tensor.dims }];
          target.data.set(data);
          return [name, { data: target.data, dims: tensor.dims }];
        }),
      );
    },
    dispose: () => session.release(),
  };
}
