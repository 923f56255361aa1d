import { InvalidArgumentError } from "@covidxr/core";
import { Command, Option } from "commander";
import type { TrainingOptions } from "../../study/training-settings.js";
import { type AuditOptions, addAuditOptions, readAuditOptions } from "./audit-options.js";
import { addResumeOption, type ResumableOptions, withRecordedOptions } from "./recorded-options.js";
import { addStudyOptions, readStudyOptions, type StudyOptions } from "./study-options.js";
import { addTrainingOptions, checkTrainingOptions, readTrainingOptions } from "./training-options.js";
import { share, whole } from "./values.js";

/** What a run does; every field but `network` is in `run.json`. */
export interface RunOptions extends StudyOptions, AuditOptions, TrainingOptions, ResumableOptions {
  /** A probability above it is positive. */
  readonly threshold: number;
  /** Whether training images are moved as the study moved them. */
  readonly augmentation: "none" | "study";
  /** Moved copies of each training image, or `"fresh"`: anew in every epoch. */
  readonly variants: number | "fresh";
  /** Whether the study's folders are written, too. */
  readonly organize: boolean;
}

/**
 * Reads the command line. With `--resume` the options are those that the run was started with; others are refused.
 *
 * @param now Names the default output folder.
 * @throws {FileError} when there is no run to go on with.
 * @throws {InvalidArgumentError} when flags cannot go together, or one differs from what the run was started with.
 */
export async function readOptions(argv: readonly string[], now: Date): Promise<RunOptions> {
  const command = reproduceCommand();
  command.parse(argv, { from: "user" });
  const flags = command.opts();
  const training = readTrainingOptions(flags);
  checkTrainingOptions(command, training);
  const variantsGiven = command.getOptionValueSource("variants") === "cli";
  if (flags.augmentation === "none" && variantsGiven) {
    throw new InvalidArgumentError({
      parameter: "variants",
      value: flags.variants,
      message: "expected --augmentation study with this flag; add it, or leave the flag out",
    });
  }
  const study = readStudyOptions(flags, now);
  return withRecordedOptions<RunOptions>(command, {
    ...study,
    ...readAuditOptions(flags, study.weights),
    ...training,
    seed: flags.seed,
    threshold: flags.threshold,
    augmentation: flags.augmentation ?? (study.study === undefined && !variantsGiven ? "none" : "study"),
    variants: flags.variants,
    organize: flags.organize,
  });
}

function reproduceCommand(): Command {
  const command = new Command("reproduce").description(
    "Reproduces a published study (COVID-19 or not from chest radiographs, VGG19) from raw files to figures. " +
      "Without --study it runs on synthetic radiographs. For research; not a diagnostic device.",
  );
  addAuditOptions(addStudyOptions(command))
    .option("--seed <n>", "decides every random choice of training", whole(0), 0)
    .option("--threshold <x>", "a probability above it is positive", share, 0.7);
  addResumeOption(addTrainingOptions(command));
  return command
    .addOption(
      new Option(
        "--augmentation <name>",
        "move training images as the study did, or not at all\n(default: study with --study or --download, none without)",
      ).choices(["none", "study"]),
    )
    .option(
      "--variants <n>",
      "moved copies of each training image, whose features are kept; fresh: anew in every epoch, as the study did, at the cost of extracting all features in each",
      (value) => (value === "fresh" ? value : whole(1)(value)),
      4,
    )
    .option("--organize", "also write the study's folders train/, test/ and predict/ to the output", false)
    .helpOption("--help", "show this help")
    .allowExcessArguments(false);
}
