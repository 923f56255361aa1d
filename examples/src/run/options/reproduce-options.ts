import { Command, Option } from "commander";
import { readRecordedOptions } from "./recorded-options.js";
import { addStudyOptions, readStudyOptions, type StudyOptions } from "./study-options.js";
import { addTrainingOptions, readTrainingOptions, type TrainingOptions } from "./training-options.js";
import { path, share, whole } from "./values.js";

/** What a run does; every field is in `run.json`. */
export interface RunOptions extends StudyOptions, TrainingOptions {
  /** A probability above it is positive. */
  readonly threshold: number;
  /** Whether training images are moved as the study moved them. */
  readonly augmentation: "none" | "study";
  /** Moved copies of each training image, or `"fresh"`: anew in every epoch. */
  readonly variants: number | "fresh";
  /** Whether the study's folders are written, too. */
  readonly organize: boolean;
  /** Whether the run in `output` goes on where it stopped. */
  readonly resume: boolean;
}

/** Options that may differ when a run goes on: they do not change its result. */
const FREE_ON_RESUME: readonly (keyof RunOptions)[] = ["resume", "output", "cache"];

/**
 * Reads the command line. With `--resume` the options are those that the run was started with; others are refused.
 *
 * @param now Names the default output folder.
 * @throws {FileError} when there is no run to go on with.
 * @throws {InvalidArgumentError} when a flag differs from what the run was started with.
 */
export async function readOptions(argv: readonly string[], now: Date): Promise<RunOptions> {
  const command = reproduceCommand();
  command.parse(argv, { from: "user" });
  const flags = command.opts();
  const options: RunOptions = {
    ...readStudyOptions(flags as never, now),
    ...readTrainingOptions(flags as never),
    seed: flags.seed,
    threshold: flags.threshold,
    augmentation: flags.augmentation,
    variants: flags.variants,
    organize: flags.organize,
    resume: flags.resume !== undefined,
  };
  if (!options.resume) return options;
  const given = Object.keys(flags).filter((name) => command.getOptionValueSource(name) === "cli");
  const folder: string | undefined = flags.resume === true ? flags.output : flags.resume;
  return readRecordedOptions(
    folder,
    options,
    given.filter((name) => !FREE_ON_RESUME.includes(name as keyof RunOptions)) as (keyof RunOptions)[],
    given.includes("cache"),
  );
}

function reproduceCommand(): Command {
  const command = new Command("reproduce").description(
    "Reproduces a published study (COVID-19 or not from chest radiographs, VGG19) from raw files to figures.\n" +
      "Without --study it runs on synthetic radiographs. For research; not a diagnostic device.",
  );
  addStudyOptions(command)
    .option("--seed <n>", "decides every random choice of training", whole(0), 0)
    .option("--threshold <x>", "a probability above it is positive", share, 0.7);
  return addTrainingOptions(command)
    .addOption(
      new Option("--augmentation <name>", "move training images as the study did, or not at all")
        .choices(["none", "study"])
        .default("study"),
    )
    .option(
      "--variants <n>",
      "moved copies of each training image, whose features are kept; fresh: anew in every\nepoch, as the study did, at the cost of extracting all features in each",
      (value) => (value === "fresh" ? value : whole(1)(value)),
      4,
    )
    .option("--organize", "also write the study's folders train/, test/ and predict/ to the output", false)
    .option(
      "--resume [dir]",
      "go on with a run that was stopped, with its own options (default: --output, else the latest run)",
      path,
    )
    .helpOption("--help", "show this help")
    .allowExcessArguments(false);
}
