import { type CovidxrError, isCovidxrError } from "@covidxr/core";
import { createEngine, splitModel } from "@covidxr/training";
import { chooseEngine, type EngineName } from "@covidxr/training/internal";
import { useTensorFlow } from "../study/network.js";
import { type Candidate, listCandidates } from "./candidates.js";
import { smallModel, timeStep } from "./time-step.js";

/** The engine that would be used, and why. */
export interface ChosenEngine {
  readonly description: string;
  readonly reason: string;
  readonly fallback?: string | undefined;
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
  engine: EngineName,
  steps: number,
  { onInstalled, onChosen }: InspectionEvents,
): Promise<EngineInspection> {
  await useTensorFlow();
  const candidates = await listCandidates();
  onInstalled(candidates);
  const choice = await choose(engine);
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

async function choose(engine: EngineName): Promise<ChosenEngine | CovidxrError> {
  const model = smallModel();
  try {
    const { reason, fallback } = await chooseEngine(engine);
    const from = splitModel(model).tailFrom;
    const opened = await createEngine(model, { engine, from, loss: "binaryCrossentropy" });
    await opened.dispose();
    return { description: opened.description, reason, fallback };
  } catch (error) {
    if (isCovidxrError(error)) return error;
    throw error;
  } finally {
    model.dispose();
  }
}
