import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Decoder, Preprocessing } from "@covidxr/image";
import { Command, InvalidArgumentError, Option } from "commander";

/** Settings that the study fixed, and those of the demonstration on synthetic radiographs. */
export const STUDY_SETTINGS = {
  height: 320,
  width: 382,
  epochs: 80,
  batchSize: 64,
  learningRate: 0.001,
  momentum: 0.9,
} as const;

export const DEMONSTRATION_SETTINGS = {
  height: 160,
  width: 191,
  epochs: 40,
  batchSize: 16,
  learningRate: 0.003,
  momentum: 0.9,
} as const;

/** What a run does; every field is in `run.json`. */
export interface RunOptions {
  /** Study folder, or undefined for the synthetic one. */
  readonly study: string | undefined;
  readonly weights: "imagenet" | "random" | (string & {});
  readonly height: number;
  readonly width: number;
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly momentum: number;
  readonly seed: number;
  readonly threshold: number;
  readonly preprocessing: Preprocessing;
  readonly decoder: Decoder;
  readonly redraw: boolean;
  readonly organize: boolean;
  readonly cache: string;
  readonly output: string;
}

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

/**
 * Reads the command line. Paths are meant from where the user stands, also when a package manager started this
 * program somewhere else (`INIT_CWD`).
 *
 * @param now Names the default output folder.
 */
export function readOptions(argv: readonly string[], now: Date): RunOptions {
  const here = process.env.INIT_CWD ?? process.cwd();
  const path = (value: string): string => resolve(here, value);
  const whole = (minimum: number) => (value: string) => {
    const number = Number(value);
    if (Number.isSafeInteger(number) && number >= minimum) return number;
    throw new InvalidArgumentError(`expected a whole number of ${minimum} or more`);
  };
  const share = (value: string): number => {
    const number = Number(value);
    if (value.trim() !== "" && number >= 0 && number <= 1) return number;
    throw new InvalidArgumentError("expected a number from 0 to 1");
  };
  const rate = (value: string): number => {
    const number = Number(value);
    if (number > 0 && Number.isFinite(number)) return number;
    throw new InvalidArgumentError("expected a number above 0");
  };
  const command = new Command("reproduce")
    .description(
      "Reproduces a published study (COVID-19 or not from chest radiographs, VGG19) from raw files to figures.\n" +
        "Without --study it runs on synthetic radiographs. For research; not a diagnostic device.",
    )
    .option("--study <dir>", "folder with covid-chestxray-dataset/, chest_xray/ and chestxrays.csv", path)
    .option(
      "--weights <file>",
      "VGG19 weights: a Keras .h5 file, imagenet (from the cache) or random\n(default: imagenet with --study, random without)",
    )
    .option("--height <n>", "rows of the network's input (default: 320; 160 without --study)", whole(32))
    .option("--width <n>", "columns of the network's input (default: 382; 191 without --study)", whole(32))
    .option("--epochs <n>", "passes over the training images (default: 80; 40 without --study)", whole(1))
    .option("--batch-size <n>", "images a step (default: 64; 16 without --study)", whole(1))
    .option("--learning-rate <x>", "of SGD with momentum 0.9 (default: 0.001; 0.003 without --study)", rate)
    .option("--seed <n>", "decides every random choice of training", whole(0), 0)
    .option("--threshold <x>", "a probability above it is positive", share, 0.7)
    .addOption(
      new Option("--preprocessing <name>", "rescale: RGB/255 as the study; caffe: as VGG19 was trained")
        .choices(["rescale", "caffe"])
        .default("rescale"),
    )
    .addOption(
      new Option("--decoder <name>", "image decoder").choices(["auto", "sharp", "jimp"]).default("auto"),
    )
    .option("--redraw", "draw the normals anew (by --seed) instead of following chestxrays.csv", false)
    .option("--organize", "also write the study's folders train/, test/ and predict/ to the output", false)
    .option("--cache <dir>", "keeps pixels and features between runs (default: runs/cache)", path)
    .option("--output <dir>", "where results go (default: runs/<time>)", path)
    .helpOption("--help", "show this help")
    .allowExcessArguments(false);
  command.parse(argv, { from: "user" });
  const flags = command.opts();
  const settings = flags.study === undefined ? DEMONSTRATION_SETTINGS : STUDY_SETTINGS;
  const weights = flags.weights ?? (flags.study === undefined ? "random" : "imagenet");
  return {
    ...settings,
    height: flags.height ?? settings.height,
    width: flags.width ?? settings.width,
    epochs: flags.epochs ?? settings.epochs,
    learningRate: flags.learningRate ?? settings.learningRate,
    batchSize: flags.batchSize ?? settings.batchSize,
    study: flags.study,
    weights: weights === "imagenet" || weights === "random" ? weights : path(weights),
    seed: flags.seed,
    threshold: flags.threshold,
    preprocessing: flags.preprocessing,
    decoder: flags.decoder,
    redraw: flags.redraw,
    organize: flags.organize,
    cache: flags.cache ?? join(ROOT, "runs", "cache"),
    output: flags.output ?? join(ROOT, "runs", now.toISOString().slice(0, 19).replaceAll(":", "-")),
  };
}
