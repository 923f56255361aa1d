import { Command } from "commander";
import { type AuditOptions, addAuditOptions, readAuditOptions } from "./audit-options.js";
import type { ResumableOptions } from "./recorded-options.js";
import { addStudyOptions, readStudyOptions, type StudyOptions } from "./study-options.js";
import { whole } from "./values.js";

/** What an audit on its own does; every field but `network` is in `run.json`. */
export interface AuditCohortOptions extends StudyOptions, AuditOptions, ResumableOptions {
  /** Whether leakage between the splits ends the program with an error. */
  readonly strict: boolean;
}

/** @param now Names the default output folder. */
export function readAuditCohortOptions(argv: readonly string[], now: Date): AuditCohortOptions {
  const command = new Command("audit-cohort").description(
    "Looks for what a reviewer would find in a cohort: patients and pictures on both sides of the " +
      "split, what tells the label without the disease, missing and impossible values. Trains no " +
      "model. Without --study it looks at synthetic radiographs. For research; not a diagnostic device.",
  );
  addAuditOptions(addStudyOptions(command, "none: probes look at small pixels"))
    .option("--seed <n>", "decides every random choice", whole(0), 0)
    .option("--strict", "end with an error when the splits share patients or pictures", false)
    .helpOption("--help", "show this help")
    .allowExcessArguments(false)
    .parse(argv, { from: "user" });
  const flags = command.opts();
  // No model is trained, so none is needed.
  const study = readStudyOptions({ ...flags, weights: flags.weights ?? "random" }, now);
  return {
    ...study,
    ...readAuditOptions(flags, study.weights),
    program: command.name(),
    resume: false,
    seed: flags.seed,
    strict: flags.strict,
  };
}
