import { InvalidArgumentError } from "@covidxr/core";

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
