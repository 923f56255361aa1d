import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { STUDY_INPUT } from "@covidxr/dataset/study";
import type { Decoder, Preprocessing } from "@covidxr/image";
import { type Command, Option, type OptionValues } from "commander";
import {
  addDownloadOption,
  addNetworkOptions,
  type FetchOptions,
  fetchedStudyFolder,
  readFetchOptions,
} from "./network-options.js";
import { path, whole } from "./values.js";

/** What a program reads and where it writes. */
export interface StudyOptions extends FetchOptions {
  /** Study folder, or undefined for the synthetic one. */
  readonly study: string | undefined;
  readonly weights: "imagenet" | "random" | (string & {});
  /** Size of the network's input, in pixels. */
  readonly height: number;
  readonly width: number;
  readonly preprocessing: Preprocessing;
  readonly decoder: Decoder;
  /** Draw the normals anew instead of following the study's list. */
  readonly redraw: boolean;
  /** Decides every random choice. */
  readonly seed: number;
  readonly cache: string;
  readonly output: string;
}

/** Sizes of the network's input: the study's, and the demonstration's on synthetic radiographs. */
export const STUDY_SIZE = { height: STUDY_INPUT.height, width: STUDY_INPUT.width } as const;
export const DEMONSTRATION_SIZE = { height: 160, width: 191 } as const;

/** Folder of all runs, beside the packages. */
export const RUNS = join(fileURLToPath(new URL("../../../..", import.meta.url)), "runs");

/** @param weights What is taken where no weights are named. */
export function addStudyOptions(
  command: Command,
  weights = "imagenet with --study or --download, random without",
): Command {
  command.option(
    "--study <dir>",
    "folder with covid-chestxray-dataset/, chest_xray/ and chestxrays.csv",
    path,
  );
  return addNetworkOptions(addDownloadOption(command))
    .option(
      "--weights <file>",
      `VGG19 weights: a Keras .h5 file, imagenet (from the cache) or random\n(default: ${weights})`,
    )
    .option("--height <n>", "rows of the network's input (default: 320; 160 in the demonstration)", whole(32))
    .option(
      "--width <n>",
      "columns of the network's input (default: 382; 191 in the demonstration)",
      whole(32),
    )
    .addOption(
      new Option("--preprocessing <name>", "rescale: RGB/255 as the study; caffe: as VGG19 was trained")
        .choices(["rescale", "caffe"])
        .default("rescale"),
    )
    .addOption(
      new Option("--decoder <name>", "image decoder").choices(["auto", "sharp", "jimp"]).default("auto"),
    )
    .option("--redraw", "draw the normals anew (by the seed) instead of following chestxrays.csv", false)
    .option("--cache <dir>", "keeps pixels and features between runs (default: runs/cache)", path)
    .option("--output <dir>", "where results go (default: runs/<time>)", path);
}

/** @param now Names the default output folder. */
export function readStudyOptions(flags: OptionValues, now: Date): Omit<StudyOptions, "seed"> {
  const study = studyOf(flags);
  const size = study === undefined ? DEMONSTRATION_SIZE : STUDY_SIZE;
  const weights: string = flags.weights ?? (study === undefined ? "random" : "imagenet");
  return {
    study,
    weights: weights === "imagenet" || weights === "random" ? weights : path(weights),
    height: flags.height ?? size.height,
    width: flags.width ?? size.width,
    preprocessing: flags.preprocessing,
    decoder: flags.decoder,
    redraw: flags.redraw,
    cache: flags.cache ?? join(RUNS, "cache"),
    output: flags.output ?? join(RUNS, now.toISOString().slice(0, 19).replaceAll(":", "-")),
    ...readFetchOptions(flags),
  };
}

/** Study folder of a command line; undefined when it asks for the demonstration. */
export function studyOf(flags: OptionValues): string | undefined {
  return flags.study ?? (flags.download ? fetchedStudyFolder() : undefined);
}
