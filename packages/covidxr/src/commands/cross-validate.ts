import type { Command } from "commander";
import { programCommand } from "./program-command.js";
import { reportJson } from "./report.js";

export function createCommand(): Command {
  return programCommand(
    {
      name: "cross-validate",
      kind: "folds",
      description:
        "Trains and tests the study's model fold by fold, with the images of a patient kept together and, beside it, with\n" +
        "rows drawn one by one: the difference is what the model gains from knowing the patients.\n" +
        "Without --study or --download it runs on synthetic radiographs.",
      examples: [
        ["covidxr cross-validate --epochs 10", "a demonstration on synthetic radiographs"],
        ["covidxr cross-validate --study DIR --epochs 40", "the study"],
        ["covidxr cross-validate --resume", "the latest run that was stopped"],
      ],
      // The first seed also decides the bootstrap. Folds are drawn from the study's own rows.
      derive: ({ seeds }) => ({ seed: seeds[0]!, split: "study" }),
    },
    async (run) => reportJson(await (await import("../study/folds.js")).crossValidateStudy(run)),
  );
}
