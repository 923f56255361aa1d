import { Command } from "commander";
import {
  addNetworkOptions,
  type FetchOptions,
  fetchedStudyFolder,
  readFetchOptions,
} from "./network-options.js";
import { path } from "./values.js";

/** What a download on its own fetches. */
export interface DownloadOptions extends FetchOptions {
  /** Folder to fill. */
  readonly study: string;
  readonly weights: "imagenet" | "none";
}

export function readDownloadOptions(argv: readonly string[]): DownloadOptions {
  const command = new Command("download").description(
    "Downloads the study's radiographs, tables and ImageNet weights from where they are " +
      "published, and verifies every byte. Files that are already there are not downloaded again; " +
      "interrupted downloads resume. Mind the licences, which are printed first. " +
      "For research; not a diagnostic device.",
  );
  addNetworkOptions(
    command
      .option("--study <dir>", "folder to fill (default: study in the platform's cache folder)", path)
      .option("--no-weights", "leave the weights out"),
    "",
  )
    .helpOption("--help", "show this help")
    .allowExcessArguments(false)
    .parse(argv, { from: "user" });
  const flags = command.opts();
  return {
    study: flags.study ?? fetchedStudyFolder(),
    weights: flags.weights ? "imagenet" : "none",
    ...readFetchOptions({ ...flags, download: true }),
  };
}
