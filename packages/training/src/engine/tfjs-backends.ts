import { InvalidArgumentError } from "@covidxr/core";
import { add, setBackend, tensor1d, tidy } from "@tensorflow/tfjs-core";
import { registerWasmKernels } from "./wasm-kernels/register-wasm-kernels.js";

/** A package that brings a backend of TensorFlow.js. */
export type TfjsPackage =
  | "@tensorflow/tfjs-node-gpu"
  | "@tensorflow/tfjs-node"
  | "@tensorflow/tfjs-backend-wasm"
  | "@tensorflow/tfjs-backend-cpu";

/** What came of trying a package. */
export interface TriedPackage {
  readonly package: TfjsPackage;
  readonly available: boolean;
  /** Why it is not available, one line. */
  readonly reason?: string;
}

/** The backend that was chosen. */
export interface TfjsBackend {
  /** TensorFlow.js' name of it: `"tensorflow"`, `"wasm"` or `"cpu"`. */
  readonly backend: string;
  readonly package: TfjsPackage;
  readonly version: string;
  /** Every package that was tried, in order; the last one is the chosen one. */
  readonly tried: readonly TriedPackage[];
}

/** Loads a package by its name; tests put a failure in place of one. */
export type ImportPackage = (name: TfjsPackage) => Promise<Readonly<Record<string, unknown>>>;

interface Candidate {
  readonly backend: string;
  /** Export that holds the version: a text, or a table with the text under the package's short name. */
  readonly version: string;
  readonly prepare?: () => void;
}

const CANDIDATES: Readonly<Record<TfjsPackage, Candidate>> = {
  "@tensorflow/tfjs-node-gpu": { backend: "tensorflow", version: "version" },
  "@tensorflow/tfjs-node": { backend: "tensorflow", version: "version" },
  "@tensorflow/tfjs-backend-wasm": {
    backend: "wasm",
    version: "version_wasm",
    prepare: registerWasmKernels,
  },
  "@tensorflow/tfjs-backend-cpu": { backend: "cpu", version: "version_cpu" },
};

/** Packages with a backend, fastest first. */
export const TFJS_PACKAGES = Object.keys(CANDIDATES) as readonly TfjsPackage[];

/**
 * Sets the fastest backend of TensorFlow.js whose package is installed and works: it has to add two numbers. Packages
 * that are absent or broken are passed over.
 *
 * @param preference The only package to try. @defaultValue all, in the order of {@link TFJS_PACKAGES}
 * @param importPackage @defaultValue dynamic import
 * @throws {InvalidArgumentError} with parameter `"backend"` when none works.
 */
export async function resolveTfjsBackend(
  preference?: TfjsPackage,
  importPackage: ImportPackage = (name) => import(name),
): Promise<TfjsBackend> {
  if (preference !== undefined && !TFJS_PACKAGES.includes(preference)) {
    throw new InvalidArgumentError({
      parameter: "backend",
      value: preference,
      message: `expected one of ${TFJS_PACKAGES.join(", ")}, got ${JSON.stringify(preference)}`,
    });
  }
  const tried: TriedPackage[] = [];
  for (const name of preference === undefined ? TFJS_PACKAGES : [preference]) {
    const { backend } = CANDIDATES[name];
    try {
      const version = await start(name, importPackage);
      return { backend, package: name, version, tried: [...tried, { package: name, available: true }] };
    } catch (fault) {
      tried.push({ package: name, available: false, reason: reasonOf(name, fault) });
    }
  }
  const reasons = tried.map((attempt) => `${attempt.package}: ${attempt.reason}`).join("; ");
  throw new InvalidArgumentError({
    parameter: "backend",
    value: tried,
    message: `expected a backend of TensorFlow.js, got none (${reasons}); install one of them`,
  });
}

/** Loads, sets and tries a backend; the version of its package. */
async function start(name: TfjsPackage, importPackage: ImportPackage): Promise<string> {
  const { backend, version, prepare } = CANDIDATES[name];
  const module = await importPackage(name);
  if (!(await setBackend(backend))) throw new Error(`its backend "${backend}" does not start`);
  prepare?.();
  tidy(() => add(tensor1d([1]), tensor1d([2])).dataSync());
  const exported = module[version] ?? (module.default as Readonly<Record<string, unknown>>)?.[version];
  const table = exported as string | Readonly<Record<string, string>> | undefined;
  const text = typeof table === "string" ? table : table?.["tfjs-node"];
  return text ?? "of unknown version";
}

function reasonOf(name: TfjsPackage, fault: unknown): string {
  const { code, message } = fault as { code?: string; message?: string };
  const isAbsent = code === "ERR_MODULE_NOT_FOUND" || code === "MODULE_NOT_FOUND";
  const line = String(message ?? fault)
    .trim()
    .split("\n")[0]!;
  return isAbsent && line.includes(`'${name}'`) ? "not installed" : line;
}
