import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { FileError } from "@covidxr/core";
import type { FlowStep } from "@covidxr/dataset";
import { z } from "zod";

const change = z.array(z.object({ count: z.int().nonnegative(), reason: z.string() }));
const cohortFlow = z.object({
  steps: z.array(
    z.object({
      name: z.string(),
      kept: z.int().nonnegative(),
      positive: z.int().nonnegative().nullable(),
      negative: z.int().nonnegative().nullable(),
      added: change,
      excluded: change,
    }),
  ),
});

/**
 * Reads `cohort-flow.json`, the steps on which a cohort was made; null when the run did not write it.
 *
 * @throws {FileError} `"corrupt"` when it is something else.
 */
export async function readFlow(folder: string): Promise<FlowStep[] | null> {
  const path = join(folder, "cohort-flow.json");
  const text = await readFile(path, "utf8").catch(() => null);
  if (text === null) return null;
  try {
    return cohortFlow.parse(JSON.parse(text)).steps;
  } catch (cause) {
    throw new FileError({
      path,
      reason: "corrupt",
      message: "expected the steps of a cohort, got something else; run the program again",
      cause,
    });
  }
}
