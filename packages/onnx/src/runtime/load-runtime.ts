import { InvalidArgumentError } from "@covidxr/core";
import { PROVIDERS, type Provider } from "./provider.js";

type NodeModule = typeof import("onnxruntime-node");
type WebModule = typeof import("onnxruntime-web");

/** What both packages have in common. */
export type OnnxRuntimeModule = Pick<NodeModule, "InferenceSession" | "Tensor" | "env">;

/** Packages that run graphs. */
export type RuntimeName = "onnxruntime-node" | "onnxruntime-web";

/** Which onnxruntime loads here. */
export interface RuntimeInfo {
  readonly name: RuntimeName;
  readonly version: string;
  /** For reports: `"onnxruntime-node 1.30.0"` or `"onnxruntime-web 1.30.0 (WebAssembly)"`. */
  readonly text: string;
  /** Providers that its build knows; whether one works depends on the machine. */
  readonly providers: readonly Provider[];
  /** One line that says why WebAssembly computes; absent where onnxruntime-node loads. */
  readonly fallback?: string;
}

/** A loaded onnxruntime. */
export interface Runtime extends RuntimeInfo {
  readonly module: OnnxRuntimeModule;
}

/** How the packages are loaded; tests put a failure in place of one. */
export interface RuntimeImports {
  readonly node: () => Promise<NodeModule>;
  readonly web: () => Promise<WebModule>;
}

const IMPORTS: RuntimeImports = {
  node: () => import("onnxruntime-node"),
  web: () => import("onnxruntime-web"),
};

/**
 * Loads onnxruntime-node or, where it has no binary for the platform (musl, an unusual processor), onnxruntime-web,
 * whose WebAssembly runs the same graphs on the processor.
 *
 * @param only The one to load, without alternative.
 * @throws {InvalidArgumentError} with parameter `"runtime"` when none loads.
 */
export async function loadRuntime(only?: RuntimeName, imports: RuntimeImports = IMPORTS): Promise<Runtime> {
  const faults = new Map<RuntimeName, unknown>();
  if (only !== "onnxruntime-web") {
    try {
      return nodeRuntime(await imports.node());
    } catch (fault) {
      faults.set("onnxruntime-node", fault);
    }
  }
  if (only !== "onnxruntime-node") {
    try {
      return webRuntime(await imports.web(), faults.get("onnxruntime-node"));
    } catch (fault) {
      faults.set("onnxruntime-web", fault);
    }
  }
  const reasons = [...faults].map(([name, fault]) => `${name}: ${firstLine(fault)}`).join("; ");
  throw new InvalidArgumentError({
    parameter: "runtime",
    value: Object.fromEntries([...faults].map(([name, fault]) => [name, firstLine(fault)])),
    message:
      `expected ${only ?? "onnxruntime-node or onnxruntime-web"}, got none that loads (${reasons}); ` +
      "install onnxruntime-web, which runs everywhere",
    cause: [...faults.values()][0],
  });
}

/** First line of an error's message, without the place in onnxruntime's source where a check failed. */
export function firstLine(fault: unknown): string {
  const message = fault instanceof Error ? fault.message : String(fault);
  return message
    .trim()
    .split("\n")[0]!
    .replace(/^\S+\.(?:cc|h):\d+ .* was false\. /, "");
}

function nodeRuntime(module: NodeModule): Runtime {
  const version = module.env.versions.node ?? module.env.versions.common;
  const known = module.listSupportedBackends().map((backend) => backend.name);
  return {
    name: "onnxruntime-node",
    version,
    text: `onnxruntime-node ${version}`,
    providers: PROVIDERS.filter((provider) => known.includes(provider)),
    module,
  };
}

/** @param nodeFault Why onnxruntime-node does not load; absent when it was not wanted. */
function webRuntime(module: WebModule, nodeFault: unknown): Runtime {
  const version = module.env.versions.web ?? module.env.versions.common;
  const text = `onnxruntime-web ${version} (WebAssembly)`;
  return {
    name: "onnxruntime-web",
    version,
    text,
    providers: ["cpu"],
    module,
    ...(nodeFault === undefined
      ? {}
      : {
          fallback: `onnxruntime-node does not load here (${firstLine(nodeFault)}); ${text} computes instead, slower`,
        }),
  };
}
