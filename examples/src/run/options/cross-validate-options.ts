import { Command, Option } from "commander";
import type { TrainingOptions } from "../../study/training-settings.js";
import { addResumeOption, type ResumableOptions, withRecordedOptions } from "./recorded-options.js";
import { addStudyOptions, readStudyOptions, type StudyOptions } from "./study-options.js";
import { addTrainingOptions, checkTrainingOptions, readTrainingOptions } from "./training-options.js";
import { share, whole, wholeList } from "./values.js";

/** What keeps together when folds are drawn. */
export type FoldsBy = "patient" | "row";

/** What a cross-validation does; every field but `network` is in `run.json`. */
export interface CrossValidateOptions extends StudyOptions, TrainingOptions, ResumableOptions {
  readonly folds: number;
  /** One pass over all folds each. */
  readonly seeds: readonly number[];
  readonly by: readonly FoldsBy[];
  /** A probability above it is positive. */
  readonly threshold: number;
}

/**
 * Reads the command line. With `--resume` the options are those that the run was started with; others are refused.
 *
 * @param now Names the default output folder.
 * @throws {FileError} when there is no run to go on with.
 * @throws {InvalidArgumentError} when flags cannot go together, or one differs from what the run was started with.
 */
export async function readCrossValidateOptions(
  argv: readonly string[],
  now: Date,
): Promise<CrossValidateOptions> {
  const command = new Command("cross-validate").description(
    "Trains and tests the study's model fold by fold, with the images of a patient kept together and, beside it, " +
      "with rows drawn one by one: the difference is what the model knows of the patients. " +
      "Without --study it runs on synthetic radiographs. For research; not a diagnostic device.",
  );
  addResumeOption(addTrainingOptions(addStudyOptions(command)))
    .option("--folds <n>", "parts, each held out once", whole(2), 5)
    .option("--seeds <list>", "one pass over all folds for each, such as 0,1,2", wholeList(0), [0])
    .addOption(
      new Option("--by <name>", "what keeps together: patient, row, or both one after the other")
        .choices(["patient", "row", "both"])
        .default("both"),
    )
    .option("--threshold <x>", "a probability above it is positive", share, 0.7)
    .helpOption("--help", "show this help")
    .allowExcessArguments(false)
    .parse(argv, { from: "user" });
  const flags = command.opts();
  const training = readTrainingOptions(flags);
  checkTrainingOptions(command, training);
  const by: readonly FoldsBy[] = flags.by === "both" ? ["patient", "row"] : [flags.by];
  return withRecordedOptions<CrossValidateOptions>(command, {
    ...readStudyOptions(flags, now),
    ...training,
    seed: flags.seeds[0],
    folds: flags.folds,
    seeds: flags.seeds,
    by,
    threshold: flags.threshold,
  });
}
