import { loadRuntime, type RuntimeInfo, type RuntimeName } from "./load-runtime.js";

/**
 * Tells which onnxruntime sessions run on here, without opening one.
 *
 * @param only The one to look for. @defaultValue onnxruntime-node, else onnxruntime-web
 * @throws {InvalidArgumentError} with parameter `"runtime"` when none loads.
 */
export async function inspectRuntime(only?: RuntimeName): Promise<RuntimeInfo> {
  const { module: _, ...info } = await loadRuntime(only);
  return info;
}
