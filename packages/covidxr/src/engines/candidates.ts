import { inspectRuntime, listProviders } from "@covidxr/onnx";
import type { RuntimeName } from "@covidxr/onnx/internal";
import { type EngineOptions, resolveTfjsBackend } from "@covidxr/training/internal";

/** Something that may train here. */
export interface Candidate {
  /** Package, and provider where there are several. */
  readonly name: string;
  /** Version where it works, else why it does not. */
  readonly state: string;
  /** How to ask for it; absent where it does not work. */
  readonly options?: Pick<EngineOptions, "engine" | "runtime" | "providers" | "backend">;
}

type TfjsPackage = NonNullable<EngineOptions["backend"]>;

/**
 * Everything that the engines know, in the order in which they would choose.
 *
 * @param first Package of TensorFlow.js to load before the other one, which is then not loaded.
 */
export async function listCandidates(first?: TfjsPackage): Promise<readonly Candidate[]> {
  return [...(await nodeProviders()), await webRuntime(), ...(await tfjsBackends(first))];
}

async function nodeProviders(): Promise<Candidate[]> {
  const runtime: RuntimeName = "onnxruntime-node";
  try {
    const { version } = await inspectRuntime(runtime);
    return (await listProviders(runtime)).map(({ provider, available, reason = "" }) => ({
      name: `${runtime} ${provider}`,
      state: available ? version : reason,
      ...(available ? { options: { engine: "onnx", runtime, providers: [provider] } } : {}),
    }));
  } catch (fault) {
    return [{ name: runtime, state: (fault as Error).message }];
  }
}

async function webRuntime(): Promise<Candidate> {
  const runtime: RuntimeName = "onnxruntime-web";
  try {
    const { version } = await inspectRuntime(runtime);
    return { name: `${runtime} WebAssembly`, state: version, options: { engine: "onnx", runtime } };
  } catch (fault) {
    return { name: runtime, state: (fault as Error).message };
  }
}

async function tfjsBackends(first: TfjsPackage = "@tensorflow/tfjs-node-gpu"): Promise<Candidate[]> {
  const candidates: Candidate[] = [];
  for (const backend of new Set<TfjsPackage>([first, "@tensorflow/tfjs-node-gpu", "@tensorflow/tfjs-node"])) {
    const candidate = await resolveTfjsBackend(backend).then(
      ({ description }): Candidate => ({
        name: backend,
        state: description,
        options: { engine: "tfjs", backend },
      }),
      (error): Candidate => ({ name: backend, state: error.value?.[backend] ?? error.message }),
    );
    candidates.push(candidate);
  }
  return candidates;
}
