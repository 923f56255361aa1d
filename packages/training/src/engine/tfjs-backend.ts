import { InvalidArgumentError } from "@covidxr/core";
import { checkArguments, describeValue } from "@covidxr/core/internal";
import { add, findBackend, getBackend, setBackend, tensor1d, tidy } from "@tensorflow/tfjs-core";
import { prepareNode } from "./prepare-node.js";

/** A package that brings TensorFlow's native library to TensorFlow.js. */
export type TfjsPackage = "@tensorflow/tfjs-node-gpu" | "@tensorflow/tfjs-node";

/** The packages with a native backend, fastest first. */
export const TFJS_PACKAGES: readonly TfjsPackage[] = ["@tensorflow/tfjs-node-gpu", "@tensorflow/tfjs-node"];

/** A backend of TensorFlow.js that works here. */
export interface TfjsBackend {
  /** TensorFlow.js' name of it, such as `"tensorflow"`. */
  readonly backend: string;
  /** What runs and where, for reports: `"tfjs-node 4.22.0 (tensorflow, CPU)"`. */
  readonly description: string;
  /** One line that says why it is slower than its package can be, and what to do. */
  readonly fallback?: string;
}

/** Loads a package by its name; tests put an error or a stand-in in place of one. */
type ImportPackage = (name: TfjsPackage) => Promise<Readonly<Record<string, unknown>>>;

/** What the packages' backend says of itself (NodeJSKernelBackend of tfjs-node 4.22). */
interface NativeBackend {
  /** Which of the two packages registered it. */
  readonly isGPUPackage?: boolean;
  /** Whether TensorFlow found a GPU among the physical devices. */
  readonly isUsingGpuDevice?: boolean;
}

const BACKEND = "tensorflow";

/**
 * Finds the first package that is installed and works: it has to add two numbers. The program's own backend stays set.
 *
 * A process holds one TensorFlow library: once a package is loaded, the other one is not tried, since TensorFlow.js would go on
 * computing with the first.
 *
 * @param preference The only package to try. @defaultValue all of `@tensorflow/tfjs-node-gpu` and `@tensorflow/tfjs-node`, in this order
 * @throws {InvalidArgumentError} with parameter `"backend"` when none works; `value` has the reason for each package.
 */
export async function resolveTfjsBackend(
  preference?: TfjsPackage,
  importPackage: ImportPackage = (name) => import(name),
): Promise<TfjsBackend> {
  if (preference !== undefined && !TFJS_PACKAGES.includes(preference)) {
    throw new InvalidArgumentError({
      parameter: "backend",
      value: preference,
      message: `expected one of ${TFJS_PACKAGES.join(", ")}, got ${describeValue(preference)}`,
    });
  }
  checkArguments({ importPackage }, { importPackage: "function" });
  const reasons: Record<string, string> = {};
  // Undefined where the program has set none, whatever the type says.
  const before = getBackend() as string | undefined;
  prepareNode();
  try {
    for (const name of preference === undefined ? inOrder() : [preference]) {
      try {
        requireNoOther(name);
        const module = await importPackage(name);
        if (!(await setBackend(BACKEND))) throw new Error(`its backend "${BACKEND}" does not start`);
        requireNoOther(name);
        tidy(() => add(tensor1d([1]), tensor1d([2])).dataSync());
        return describeBackend(name, module, reasons);
      } catch (error) {
        reasons[name] = reasonOf(name, error);
      }
    }
  } finally {
    if (before !== undefined) await setBackend(before);
  }
  const all = Object.entries(reasons).map(([name, reason]) => `${name}: ${reason}`);
  throw new InvalidArgumentError({
    parameter: "backend",
    value: reasons,
    message: `expected a TensorFlow.js package that works, got none (${all.join("; ")}); install @tensorflow/tfjs-node, again where it fails, or use the engine "onnx", which runs everywhere`,
  });
}

/** All packages, the one that is loaded first. */
function inOrder(): readonly TfjsPackage[] {
  const loaded = loadedPackage();
  return loaded === undefined ? TFJS_PACKAGES : [loaded, ...TFJS_PACKAGES.filter((name) => name !== loaded)];
}

/** The package whose library this process has loaded; undefined before, and of a stand-in. */
function loadedPackage(): TfjsPackage | undefined {
  const { isGPUPackage } = (findBackend(BACKEND) ?? {}) as NativeBackend;
  return isGPUPackage === undefined ? undefined : TFJS_PACKAGES[isGPUPackage ? 0 : 1];
}

function requireNoOther(name: TfjsPackage): void {
  const loaded = loadedPackage();
  if (loaded === undefined || loaded === name) return;
  throw new Error(
    `not tried, as this process computes with ${loaded} and can load one of the two; name this one in a new process`,
  );
}

function describeBackend(
  name: TfjsPackage,
  module: Readonly<Record<string, unknown>>,
  reasons: Readonly<Record<string, string>>,
): TfjsBackend {
  const versions = (module.version ?? (module.default as { version?: unknown })?.version) as
    | Readonly<Record<string, string>>
    | undefined;
  const { isUsingGpuDevice } = findBackend(BACKEND) as NativeBackend;
  const device = isUsingGpuDevice === undefined ? "" : isUsingGpuDevice ? ", GPU" : ", CPU";
  const version = versions?.["tfjs-node"] ?? versions?.["tfjs-node-gpu"] ?? "of unknown version";
  const broken = Object.entries(reasons).filter(([, reason]) => reason !== NOT_INSTALLED);
  const fallback =
    broken.length > 0
      ? `${name} computes, as ${broken.map(([other, reason]) => `${other} is installed and fails (${reason})`).join(", ")}; repair or remove it`
      : name === TFJS_PACKAGES[0] && isUsingGpuDevice === false
        ? `${name} computes on the CPU, as TensorFlow found no GPU that it can use (it needs CUDA 11 and cuDNN 8); ` +
          "set TF_CPP_MIN_LOG_LEVEL=0 to see what it looked for, or use @tensorflow/tfjs-node"
        : undefined;
  return {
    backend: BACKEND,
    description: `${name.slice("@tensorflow/".length)} ${version} (${BACKEND}${device})`,
    ...(fallback !== undefined && { fallback }),
  };
}

const NOT_INSTALLED = "not installed";

function reasonOf(name: TfjsPackage, error: unknown): string {
  const { code, message } = error as { code?: string; message?: string };
  const isAbsent = code === "ERR_MODULE_NOT_FOUND" || code === "MODULE_NOT_FOUND";
  const line = String(message ?? error)
    .trim()
    .split("\n")[0]!
    .trim();
  return isAbsent && line.includes(`'${name}'`) ? NOT_INSTALLED : line;
}
