import type { WrittenReport } from "@covidxr/report/internal";
import type { Command } from "commander";
import type { Run } from "../run/run.js";
import { execute } from "./command.js";
import { programCommand } from "./program-command.js";
import { reportJson } from "./report.js";

/** @param main The study; `examples/src/reproduce.ts` passes its own composition of the steps. */
export function createCommand(
  main: (run: Run) => Promise<WrittenReport> = async (run) =>
    (await import("../study/reproduce.js")).reproduce(run),
): Command {
  return programCommand(
    {
      name: "reproduce",
      kind: "holdout",
      description:
        "Reproduces a published study (COVID-19 or not from chest radiographs, VGG19) from raw files to a report.\n" +
        "Without --study or --download it runs on synthetic radiographs.",
      examples: [
        ["covidxr reproduce", "a demonstration on synthetic radiographs"],
        ["covidxr reproduce --download", "the study itself, fetched once (218 MB)"],
        ["covidxr reproduce --study DIR --split patient", "the study without its leaks"],
        ["covidxr reproduce --resume", "the latest run that was stopped"],
      ],
    },
    async (run) => reportJson(await main(run)),
  );
}

/** Runs a composition of the study's steps with the flags of `covidxr reproduce`. */
export function runReproduction(main: (run: Run) => Promise<WrittenReport>): Promise<void> {
  return execute(createCommand(main), process.argv.slice(2));
}
