import { readdir, readFile, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { OtherSplitRecord } from "@covidxr/report";
import type { RunOptions } from "../run/options/reproduce-options.js";
import type { Run } from "../run/run.js";
import type { SplitFigures } from "./figures.js";

/** Options in which two runs of both splits may differ. */
const FREE: readonly string[] = [
  ...["split", "output", "cache", "resume", "organize", "probes", "masks"],
  // Their digests are compared, however they came.
  ...["study", "weights", "download", "manifest", "network"],
];

/** What a finished run leaves in `run.json`, as far as it is looked at. */
interface FinishedRun {
  readonly status: string;
  readonly started: string;
  readonly options: RunOptions;
  readonly digests: Readonly<Record<string, string>>;
  readonly heldOut: string;
}

/**
 * Leaves the figures of the same study on the other split as `other-split.json`, where it was run; the report sets them
 * beside this run's.
 */
export async function saveOtherSplit(
  options: RunOptions,
  digests: Readonly<Record<string, string>>,
  run: Run,
): Promise<void> {
  const other = await findOtherSplit(options, digests);
  if (other !== null) await run.writeJson("other-split.json", other);
  // An earlier run in this folder may have left one.
  else await rm(run.file("other-split.json"), { force: true });
}

/**
 * The latest run of the same study and settings on the other split, among the runs beside this one; null where there is
 * none. A folder that is no such run is passed over.
 *
 * @param digests Of the study's inputs.
 */
async function findOtherSplit(
  options: RunOptions,
  digests: Readonly<Record<string, string>>,
): Promise<OtherSplitRecord | null> {
  const parent = dirname(options.output);
  const found: { readonly started: string; readonly record: OtherSplitRecord }[] = [];
  for (const name of (await readdir(parent).catch(() => [])).sort()) {
    if (name === basename(options.output)) continue;
    const read = async (file: string) => JSON.parse(await readFile(join(parent, name, file), "utf8"));
    try {
      const run: FinishedRun = await read("run.json");
      if (!isOtherSplit(run, options, digests)) continue;
      const held: SplitFigures = (await read("metrics.json")).splits[run.heldOut];
      const { value, low, high } = held.figures.auc;
      found.push({
        started: run.started,
        record: {
          split: splitOf(run.options),
          run: name,
          heldOut: run.heldOut,
          images: held.images,
          threshold: held.threshold,
          confusionMatrix: held.confusionMatrix as OtherSplitRecord["confusionMatrix"],
          auc: value === null ? null : { value, low, high },
          seed: run.options.seed,
        },
      });
    } catch {
      // Not a run's folder, or one whose files are not whole.
    }
  }
  return found.sort((a, b) => a.started.localeCompare(b.started)).at(-1)?.record ?? null;
}

/** Runs from before there was a choice followed the study. */
function splitOf({ split }: Partial<RunOptions>): RunOptions["split"] {
  return split ?? "study";
}

function isOtherSplit(
  run: FinishedRun,
  options: RunOptions,
  digests: Readonly<Record<string, string>>,
): boolean {
  if (run.status !== "finished" || splitOf(run.options) === options.split) return false;
  const names = [...new Set([...Object.keys(run.options), ...Object.keys(options)])] as (keyof RunOptions)[];
  const sameOptions = names.every(
    (name) => FREE.includes(name) || JSON.stringify(run.options[name]) === JSON.stringify(options[name]),
  );
  return sameOptions && Object.entries(digests).every(([name, digest]) => run.digests[name] === digest);
}
