import { InvalidArgumentError } from "@covidxr/core";
import { type Command, Option } from "commander";
import { path } from "./values.js";

/** How a study is split. */
export const SPLIT_CHOICES = ["study", "patient"] as const;

/** What sees the pictures for the probes. */
export const PROBE_CHOICES = ["backbone", "pixels", "none"] as const;

/** How a program splits the cohort and looks for leaks and shortcuts. */
export interface AuditOptions {
  /**
   * `"study"`: as it was published, row by row. `"patient"`: no patient and no picture on two sides, drawn by
   * `splitByPatient` with the study's seed.
   */
  readonly split: (typeof SPLIT_CHOICES)[number];
  /** `"backbone"`: VGG19's frozen layers; `"pixels"`: a small picture; `"none"`: no probes. */
  readonly probes: (typeof PROBE_CHOICES)[number];
  /** Folder of lung masks, or undefined for a plain geometric one. */
  readonly masks: string | undefined;
}

export function addAuditOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        "--split <name>",
        "study: row by row, as published, with its leaks; patient: no patient and no picture on two sides",
      )
        .choices(SPLIT_CHOICES)
        .default("study"),
    )
    .addOption(
      new Option(
        "--probes <name>",
        "what sees the pictures for the shortcut probes: VGG19's frozen layers, small pixels, or none run " +
          "(default: backbone with VGG19 weights, pixels without)",
      ).choices(PROBE_CHOICES),
    )
    .option("--masks <dir>", "lung masks, PNG files named as the images (default: two plain ellipses)", path);
}

/**
 * @param weights As in the study's options: probes see through a backbone only where it knows something.
 * @throws {InvalidArgumentError} when flags cannot go together.
 */
export function readAuditOptions(flags: Record<string, unknown>, weights: string): AuditOptions {
  const { split, probes, masks } = flags as Partial<AuditOptions>;
  // The weights of a run that goes on are its own, whatever this command line says.
  if (probes === "backbone" && weights === "random" && flags.resume === undefined) {
    throw new InvalidArgumentError({
      parameter: "probes",
      value: probes,
      message: "expected VGG19 weights with backbone, got none; name a file with --weights, or take pixels",
    });
  }
  if (probes === "none" && masks !== undefined) {
    throw new InvalidArgumentError({
      parameter: "masks",
      value: masks,
      message: "expected probes that use them, got --probes none; leave one of the two flags out",
    });
  }
  return {
    split: split ?? "study",
    probes: probes ?? (weights === "random" ? "pixels" : "backbone"),
    masks,
  };
}
