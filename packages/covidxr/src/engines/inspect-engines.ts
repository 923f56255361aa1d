import { type CovidxrError, isCovidxrError } from "@covidxr/core";
import { createEngine, splitModel } from "@covidxr/training";
import { chooseEngine } from "@covidxr/training/internal";
import { type EngineSettings, engineOptions } from "../study/engine.js";
import { useTensorFlow } from "../study/network.js";
import { type Candidate, listCandidates } from "./candidates.js";
import { smallModel, timeStep } from "./time-step.js";

/** The engine that would be used, and why. */
export interface ChosenEngine {
  readonly description: string;
  readonly reason: string;
  /** Why something faster does not compute, and what to do. */
  readonly fallbacks: readonly string[];
}

/** How long a training step takes; `error` where the engine opens and fails at its first step. */
export interface EngineTiming {
  readonly name: string;
  readonly millisecondsPerStep?: number;
  readonly error?: string;
}

/** What {@link inspectEngines} found. */
export interface EngineInspection {
  readonly installed: readonly Pick<Candidate, "name" | "state">[];
  readonly chosen: ChosenEngine | null;
  readonly timings: readonly EngineTiming[];
  /** Why no engine could be chosen. */
  readonly error?: CovidxrError;
}

/** Told of what is known, as soon as it is. */
export interface InspectionEvents {
  readonly onInstalled: (candidates: readonly Candidate[]) => void;
  readonly onChosen: (chosen: ChosenEngine) => void;
}

/** Finds out what can compute here, what would be chosen for an engine's name, and the time of a small training step. */
export async function inspectEngines(
  settings: EngineSettings,
  steps: number,
  { onInstalled, onChosen }: InspectionEvents,
): Promise<EngineInspection> {
  await useTensorFlow();
  const options = engineOptions(settings);
  // A process loads one package of TensorFlow.js, so the one asked for is looked at first.
  const candidates = await listCandidates(options.backend);
  onInstalled(candidates);
  const choice = await choose(options);
  if (!isCovidxrError(choice)) onChosen(choice);
  const timings: EngineTiming[] = [];
  for (const { name, options } of candidates) {
    if (options === undefined) continue;
    const timing = await timeStep(options, steps).then(
      ({ description, millisecondsPerStep }) => ({ name: description, millisecondsPerStep }),
      (error: Error) => ({ name, error: error.message.split("\n")[0]! }),
    );
    timings.push(timing);
  }
  const installed = candidates.map(({ name, state }) => ({ name, state }));
  return isCovidxrError(choice)
    ? { installed, chosen: null, timings, error: choice }
    : { installed, chosen: choice, timings };
}

async function choose(options: ReturnType<typeof engineOptions>): Promise<ChosenEngine | CovidxrError> {
  const model = smallModel();
  try {
    const { reason } = await chooseEngine(options.engine);
    const from = splitModel(model).tailFrom;
    const fallbacks: string[] = [];
    const onFallback = (message: string): void => void fallbacks.push(message);
    const opened = await createEngine(model, { ...options, from, loss: "binaryCrossentropy", onFallback });
    await opened.dispose();
    return { description: opened.description, reason, fallbacks };
  } catch (error) {
    if (isCovidxrError(error)) return error;
    throw error;
  } finally {
    model.dispose();
  }
}
