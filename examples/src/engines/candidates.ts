import { inspectRuntime, listProviders, type RuntimeName } from "@covidxr/onnx";
import { type EngineOptions, resolveTfjsBackend, TFJS_PACKAGES } from "@covidxr/training";
import { getBackend, setBackend } from "@tensorflow/tfjs-core";

/** Something that may train here. */
export interface Candidate {
  /** Package, and provider where there are several. */
  readonly name: string;
  /** Version where it works, else why it does not. */
  readonly state: string;
  /** How to ask for it; absent where it does not work. */
  readonly options?: Pick<EngineOptions, "engine" | "runtime" | "providers" | "backend">;
}

/** Everything that the engines know, in the order in which they would choose. */
export async function listCandidates(): Promise<readonly Candidate[]> {
  return [...(await nodeProviders()), await webRuntime(), ...(await tfjsBackends())];
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

async function tfjsBackends(): Promise<Candidate[]> {
  const before = getBackend();
  const candidates: Candidate[] = [];
  for (const backend of TFJS_PACKAGES) {
    const candidate = await resolveTfjsBackend(backend).then(
      ({ version }): Candidate => ({
        name: backend,
        state: version,
        options: { engine: "tfjs", backend },
      }),
      (fault): Candidate => ({ name: backend, state: fault.value?.[0]?.reason ?? fault.message }),
    );
    candidates.push(candidate);
  }
  await setBackend(before);
  return candidates;
}
