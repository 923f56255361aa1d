import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { FileError } from "@covidxr/core";
import { z } from "zod";

const binaryMatrix = z.array(z.array(z.int().nonnegative()).length(2)).length(2);

/** What `run.json` must say, and what it may say, for a report; other fields are kept as they are. */
const runRecord = z.looseObject({
  status: z.string(),
  started: z.string().optional(),
  /** Every option of the run, by name. */
  options: z.looseObject({
    program: z.string().optional(),
    threshold: z.number().optional(),
    seed: z.int().nonnegative().default(0),
  }),
  synthetic: z.boolean().default(false),
  /** Names of class 0 and class 1. */
  classes: z.tuple([z.string(), z.string()]).default(["not COVID-19", "COVID-19"]),
  /** Threshold in force, where the run chose it on one of its splits. */
  threshold: z.looseObject({ value: z.number(), criterion: z.string(), chosenOn: z.string() }).nullish(),
  /** Split that nothing was fitted or chosen on; `"folds"` of a run that held out every image once. */
  heldOut: z.string().default("predict"),
  /** What was watched while training. */
  validation: z.string().optional(),
  /** What was published for the same study. */
  published: z
    .object({
      source: z.string(),
      threshold: z.number(),
      confusionMatrix: binaryMatrix,
      other: z.array(z.object({ source: z.string(), confusionMatrix: binaryMatrix })).default([]),
    })
    .nullish(),
  machine: z.looseObject({}).optional(),
  seconds: z.record(z.string(), z.number()).optional(),
  digests: z.record(z.string(), z.string()).optional(),
  engine: z.string().optional(),
  training: z
    .looseObject({ epochs: z.number(), weightsOfEpoch: z.number(), stoppedEarly: z.boolean() })
    .optional(),
  model: z.looseObject({ name: z.string(), parameters: z.number(), trainable: z.number() }).optional(),
  dataset: z.array(z.looseObject({ source: z.string(), rows: z.number(), licence: z.string() })).optional(),
  decoder: z.looseObject({ name: z.string() }).optional(),
  versions: z.record(z.string(), z.string()).optional(),
  peakMemoryBytes: z.number().optional(),
});

/** `run.json` of a run. */
export type RunRecord = z.infer<typeof runRecord>;

/**
 * Reads `run.json` of a finished run.
 *
 * @throws {FileError} `"missing"` without one, `"corrupt"` when it is not one, or the run did not finish.
 */
export async function readRunRecord(folder: string): Promise<RunRecord> {
  const path = join(folder, "run.json");
  const refuse = (reason: "missing" | "corrupt", message: string, cause?: unknown): never => {
    throw new FileError({ path, reason, message, cause });
  };
  const text = await readFile(path, "utf8").catch((cause) =>
    refuse("missing", "expected the record of a run, found none; name the folder of a run", cause),
  );
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    return refuse("corrupt", "expected the record of a run, found something that is not JSON", cause);
  }
  const parsed = runRecord.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return refuse(
      "corrupt",
      `expected the record of a run, got a wrong "${issue!.path.join(".")}" (${issue!.message})`,
      parsed.error,
    );
  }
  if (parsed.data.status !== "finished") {
    refuse(
      "corrupt",
      `expected a finished run, this one is "${parsed.data.status}"; go on with it (--resume) or start a new one`,
    );
  }
  return parsed.data;
}
