import { loadRuntime, type RuntimeName } from "./load-runtime.js";
import { type ProviderStatus, providerStatuses } from "./provider-statuses.js";

/**
 * Tells for each provider whether the onnxruntime that loads here knows it and whether it works. A graphics driver
 * that is missing may write a line of its own to the standard error stream.
 *
 * @param only The onnxruntime to ask. @defaultValue onnxruntime-node, else onnxruntime-web
 * @throws {InvalidArgumentError} with parameter `"runtime"` when no onnxruntime loads.
 */
export async function listProviders(only?: RuntimeName): Promise<readonly ProviderStatus[]> {
  return providerStatuses(await loadRuntime(only));
}
