import { isCovidxrError } from "@covidxr/core";
import { openRun, type Run, type RunSettings } from "./run.js";

/** Exit status of a program that Ctrl-C ended, as shells have it (128 + SIGINT). */
const INTERRUPTED_STATUS = 130;

/**
 * Runs a command with its options and its run folder. Ctrl-C asks it to stop at the next safe moment (a second one
 * stops at once); an expected fault becomes one clear line and a non-zero exit status. Either is noted in `run.json`.
 *
 * @param readOptions Reads the command line; `now` is the start of the run.
 */
export async function runCommand<Options extends RunSettings>(
  readOptions: (argv: readonly string[], now: Date) => Options | Promise<Options>,
  main: (options: Options, run: Run, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const now = new Date();
  const controller = new AbortController();
  process.on("SIGINT", () => {
    if (controller.signal.aborted) process.exit(INTERRUPTED_STATUS);
    console.error("\nStopping after the current step; press Ctrl-C again to stop at once.");
    controller.abort();
  });
  let run: Run | undefined;
  try {
    const options = await readOptions(process.argv.slice(2), now);
    run = await openRun(options, now);
    await main(options, run, controller.signal);
  } catch (error) {
    const interrupted = isCovidxrError(error) && error.kind === "interrupted";
    const { message } = error as Error;
    await run?.fail(interrupted ? "interrupted" : "failed", message);
    if (!isCovidxrError(error)) throw error;
    console.error(interrupted ? `Stopped: ${message}.` : `Error: ${message}`);
    process.exitCode = interrupted ? INTERRUPTED_STATUS : 1;
  }
}

/** Runs a program that has no run of its own: an expected fault becomes one clear line and exit status 1. */
export async function runTool(main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    if (!isCovidxrError(error)) throw error;
    console.error(`Error: ${error.message}`);
    process.exitCode = 1;
  }
}
