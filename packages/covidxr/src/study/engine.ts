import type { EngineOptions } from "@covidxr/training/internal";
import type { Run } from "../run/run.js";
import type { Settings } from "../settings/declarations.js";

/** Settings that decide what computes the training. */
export type EngineSettings = Pick<Settings, "engine" | "tfjsPackage" | "providers">;

/** The settings as `createEngine` takes them. */
export function engineOptions({
  engine,
  tfjsPackage,
  providers,
}: EngineSettings): Pick<EngineOptions, "engine" | "backend" | "providers"> {
  return {
    engine,
    providers,
    ...(tfjsPackage !== undefined && { backend: `@tensorflow/${tfjsPackage}` as const }),
  };
}

/**
 * Asserts, before long work, that TensorFlow.js computes here where it was asked for by name.
 *
 * @throws {InvalidArgumentError} with parameter `"backend"` and the reason for each package.
 */
export async function requireEngine({ settings }: Run<Partial<EngineSettings>>): Promise<void> {
  const { engine, tfjsPackage, providers = ["cpu"] } = settings;
  if (engine !== "tfjs") return;
  const [{ resolveTfjsBackend }, { useTensorFlow }] = await Promise.all([
    import("@covidxr/training/internal"),
    import("./network.js"),
  ]);
  await useTensorFlow();
  await resolveTfjsBackend(engineOptions({ engine, tfjsPackage, providers }).backend);
}
