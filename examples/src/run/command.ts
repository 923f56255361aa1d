import { isCovidxrError } from "@covidxr/core";
import type { RunStart } from "@covidxr/report";
import { path } from "./options/values.js";
import { openRun, type Run, type RunSettings } from "./run.js";

/** Exit status of a program that Ctrl-C ended, as shells have it (128 + SIGINT). */
const INTERRUPTED_STATUS = 130;

/**
 * Runs a command with its options and its run folder. Ctrl-C asks it to stop at the next safe moment (a second one
 * stops at once); an expected fault becomes one clear line and a non-zero exit status. Either is noted in `run.json`.
 *
 * @param kind What the run leaves.
 * @param readOptions Reads the command line; `now` is the start of the run.
 */
export async function runCommand<Options extends RunSettings>(
  kind: NonNullable<RunStart["kind"]>,
  readOptions: (argv: readonly string[], now: Date) => Options | Promise<Options>,
  main: (options: Options, run: Run, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const now = new Date();
  placeCacheFolder();
  const signal = stopOnInterrupt();
  let run: Run | undefined;
  try {
    const options = await readOptions(process.argv.slice(2), now);
    run = await openRun(options, kind, now);
    await main(options, run, signal);
  } catch (error) {
    const status = isInterruption(error) ? "interrupted" : "failed";
    await run?.folder.fail(status, (error as Error).message, { seconds: run.seconds() });
    endWith(error);
  }
}

/**
 * Runs a program that has no run of its own: Ctrl-C asks it to stop, an expected fault becomes one clear line and a
 * non-zero exit status.
 */
export async function runTool(main: (signal: AbortSignal) => Promise<void>): Promise<void> {
  try {
    placeCacheFolder();
    await main(stopOnInterrupt());
  } catch (error) {
    endWith(error);
  }
}

/** A relative `COVIDXR_CACHE` is meant from where the user stands, as all paths are. */
function placeCacheFolder(): void {
  const { COVIDXR_CACHE } = process.env;
  if (COVIDXR_CACHE) process.env.COVIDXR_CACHE = path(COVIDXR_CACHE);
}

/** Fires at the first Ctrl-C; a second one ends the process. */
function stopOnInterrupt(): AbortSignal {
  const controller = new AbortController();
  process.on("SIGINT", () => {
    if (controller.signal.aborted) process.exit(INTERRUPTED_STATUS);
    console.error("\nStopping after the current step; press Ctrl-C again to stop at once.");
    controller.abort();
  });
  return controller.signal;
}

function isInterruption(error: unknown): boolean {
  return isCovidxrError(error) && error.kind === "interrupted";
}

/** Says what went wrong in one line; whatever nobody expected is thrown on. */
function endWith(error: unknown): void {
  if (!isCovidxrError(error)) throw error;
  const interrupted = isInterruption(error);
  console.error(interrupted ? `Stopped: ${error.message}.` : `Error: ${error.message}`);
  process.exitCode = interrupted ? INTERRUPTED_STATUS : 1;
}
