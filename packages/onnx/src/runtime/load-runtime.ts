import { InvalidArgumentError } from "@covidxr/core";
import { checkArguments } from "@covidxr/core/internal";

/**
 * Where onnxruntime computes: the processor, or an accelerator by WebGPU, CUDA (NVIDIA), Core ML (Apple) or DirectML
 * (Windows). Operators that an accelerator lacks run on the processor.
 */
export type Provider = "cpu" | "webgpu" | "cuda" | "coreml" | "dml";

/** All providers that can be named. */
export const PROVIDERS: readonly Provider[] = ["cpu", "webgpu", "cuda", "coreml", "dml"];

/** @throws {InvalidArgumentError} with parameter `"providers"` on an empty list or an unknown name. */
export function requireProviders(providers: readonly Provider[]): void {
  const unknown = providers.find((provider) => !PROVIDERS.includes(provider));
  if (providers.length > 0 && unknown === undefined) return;
  throw new InvalidArgumentError({
    parameter: "providers",
    value: providers,
    message: `expected some of ${PROVIDERS.join(", ")}, got ${unknown ?? "none"}`,
  });
}

type NodeModule = typeof import("onnxruntime-node");

/** What both packages have in common. Its types come from the one package that is always installed. */
type OnnxRuntimeModule = Pick<typeof import("onnxruntime-common"), "InferenceSession" | "Tensor" | "env">;

/** Packages that run graphs. */
export type RuntimeName = "onnxruntime-node" | "onnxruntime-web";

/** The onnxruntime that loads here. */
export interface RuntimeInfo {
  readonly name: RuntimeName;
  readonly version: string;
  /** For reports: `"onnxruntime-node 1.30.0"` or `"onnxruntime-web 1.30.0 (WebAssembly)"`. */
  readonly text: string;
  /** Providers that its build has; whether one works depends on the machine. */
  readonly providers: readonly Provider[];
  /** One line that says why WebAssembly computes; absent where onnxruntime-node loads. */
  readonly fallback?: string;
}

/** A loaded onnxruntime. */
export interface Runtime extends RuntimeInfo {
  readonly module: OnnxRuntimeModule;
  /** The kind of array that it takes and gives, which is that of another context in Jest's tests. */
  readonly Floats: Float32ArrayConstructor;
}

/** How the packages are loaded; tests put an error in place of one. */
export interface RuntimeImports {
  /** In a browser bundle this is onnxruntime-web: the `browser` field of package.json swaps them. */
  readonly node: () => Promise<OnnxRuntimeModule>;
  readonly web: () => Promise<OnnxRuntimeModule>;
}

const IMPORTS: RuntimeImports = {
  node: async () => {
    try {
      const outside = requireOutside();
      return outside === undefined ? await import("onnxruntime-node") : outside("onnxruntime-node");
    } catch (error) {
      return importCopy(error);
    }
  },
  // An optional peer: bundlers must not look for a name that they can read.
  web: async () => {
    const name = ["onnxruntime", "web"].join("-");
    const outside = requireOutside();
    return outside === undefined ? importUnbundled(name) : outside(name);
  },
};

const importUnbundled = <Module>(specifier: string): Promise<Module> =>
  import(/* webpackIgnore: true */ /* turbopackIgnore: true */ /* @vite-ignore */ specifier);

/**
 * Node's own `require` where the program runs in a context with typed arrays of its own, as Jest's tests do; undefined
 * elsewhere. The native library makes arrays of the main context, which onnxruntime refuses when it is loaded in another.
 */
function requireOutside(): NodeJS.Require | undefined {
  const outside = mainContext();
  if (outside === undefined || outside.Float32Array === Float32Array) return undefined;
  return outside.process.getBuiltinModule("node:module").createRequire(import.meta.url);
}

/** The global object of Node's main context; undefined in a browser. */
function mainContext(): typeof globalThis | undefined {
  return globalThis.process?.getBuiltinModule?.("node:vm").runInThisContext("globalThis");
}

/**
 * The published package carries onnxruntime-node's binary for Linux x64 under `@covidxr/onnx/native`: there the install
 * script of onnxruntime-node downloads CUDA libraries, and where it cannot, as behind a firewall, npm leaves it out.
 */
async function importCopy(error: unknown): Promise<NodeModule> {
  if (!isAbsent(error)) throw error;
  const name = ["@covidxr", "onnx", "native"].join("/");
  try {
    const outside = requireOutside();
    return outside === undefined ? await importUnbundled(name) : outside(name);
  } catch (copyError) {
    throw isAbsent(copyError) ? error : copyError;
  }
}

function isAbsent(error: unknown): boolean {
  const { code } = error as { code?: string };
  return (
    code === "ERR_MODULE_NOT_FOUND" || code === "MODULE_NOT_FOUND" || code === "ERR_PACKAGE_PATH_NOT_EXPORTED"
  );
}

/**
 * Loads onnxruntime-node or, where it has no binary for the platform (musl, Intel Macs), onnxruntime-web, whose
 * WebAssembly runs the same graphs on the processor.
 *
 * @param only The one to load, without alternative.
 * @throws {InvalidArgumentError} with parameter `"runtime"` when none loads.
 */
export async function loadRuntime(only?: RuntimeName, imports: RuntimeImports = IMPORTS): Promise<Runtime> {
  checkArguments({ runtime: only }, { runtime: ["onnxruntime-node", "onnxruntime-web", undefined] });
  const errors = new Map<RuntimeName, unknown>();
  if (only !== "onnxruntime-web") {
    try {
      const module = await imports.node();
      return isNodeModule(module) ? nodeRuntime(module) : webRuntime(module, undefined);
    } catch (error) {
      errors.set("onnxruntime-node", error);
    }
  }
  if (only !== "onnxruntime-node") {
    try {
      return webRuntime(await imports.web(), errors.get("onnxruntime-node"));
    } catch (error) {
      errors.set("onnxruntime-web", error);
    }
  }
  const reasons = Object.fromEntries([...errors].map(([name, error]) => [name, firstLine(error)]));
  const listed = Object.entries(reasons).map(([name, reason]) => `${name}: ${reason}`);
  throw new InvalidArgumentError({
    parameter: "runtime",
    value: reasons,
    message:
      `expected ${only ?? "onnxruntime-node or onnxruntime-web"}, got none that loads (${listed.join("; ")}); ` +
      "run `ONNXRUNTIME_NODE_INSTALL=skip npm install onnxruntime-node`, or, on musl and Intel Macs, `npm install onnxruntime-web`",
    cause: [...errors.values()][0],
  });
}

/** First line of an error's message, without the place in onnxruntime's source where a check failed. */
export function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message
    .trim()
    .split("\n")[0]!
    .replace(/^\S+\.(?:cc|h):\d+ .* was false\. /, "");
}

const isNodeModule = (module: OnnxRuntimeModule): module is NodeModule => "listSupportedBackends" in module;

function nodeRuntime(module: NodeModule): Runtime {
  const version = module.env.versions.node ?? module.env.versions.common;
  const known = module.listSupportedBackends().map((backend) => backend.name);
  return {
    name: "onnxruntime-node",
    version,
    text: `onnxruntime-node ${version}`,
    providers: PROVIDERS.filter((provider) => known.includes(provider)),
    module,
    Floats: mainContext()?.Float32Array ?? Float32Array,
  };
}

/** @param nodeError Why onnxruntime-node does not load; absent when it was not wanted. */
function webRuntime(module: OnnxRuntimeModule, nodeError: unknown): Runtime {
  const version = module.env.versions.web ?? module.env.versions.common;
  const text = `onnxruntime-web ${version} (WebAssembly)`;
  return {
    name: "onnxruntime-web",
    version,
    text,
    providers: ["cpu"],
    module,
    Floats: mainContext()?.Float32Array ?? Float32Array,
    ...(nodeError === undefined
      ? {}
      : {
          fallback: `onnxruntime-node does not load here (${firstLine(nodeError)}); ${text} computes instead, slower`,
        }),
  };
}
