import { join } from "node:path";
import { InvalidArgumentError } from "@covidxr/core";
import { defaultCacheFolder } from "@covidxr/model";
import type { Command, OptionValues } from "commander";
import { path } from "./values.js";

/**
 * What a program may fetch, and how. No part of what a run computes: it may differ when a run goes on, and is not in
 * `run.json`, since an address can hold a password.
 */
export interface NetworkOptions {
  /** Whether study and weights are fetched where they are missing. */
  readonly download: boolean;
  /** Whether the network must not be used at all. */
  readonly offline: boolean;
  /** Proxy for every request, in place of those of the environment. */
  readonly proxy: string | undefined;
  /** Whether files with other content than the published ones are replaced. */
  readonly replace: boolean;
  /** Manifest of the files to fetch in place of the study's own. */
  readonly manifest: string | undefined;
}

/** Where a study that is fetched goes when no folder is named: shared by all runs and clones. */
export const fetchedStudyFolder = (): string => join(defaultCacheFolder(), "study");

export function addDownloadOption(command: Command): Command {
  return command.option(
    "--download",
    "first fetch what is missing of the study (138 MB, into --study, or the platform's\ncache folder) and of ImageNet weights (80 MB)",
    false,
  );
}

/** Flags of every program that fetches. */
export function addNetworkOptions(command: Command): Command {
  return command
    .option("--offline", "never open a socket: with --download, check that all is there", false)
    .option("--proxy <url>", "proxy for every request (default: HTTPS_PROXY and its like)")
    .option("--replace", "with --download: replace files that differ from the published ones", false)
    .option("--manifest <file>", "with --download: fetch the files of this CSV, not the study's own", path);
}

/** @throws {InvalidArgumentError} on a flag that does nothing without `--download`. */
export function readNetworkOptions(flags: OptionValues): NetworkOptions {
  const { download, offline, proxy, replace, manifest } = flags as NetworkOptions;
  if (!download) {
    for (const [parameter, value] of Object.entries({ proxy, replace, manifest })) {
      if (value === undefined || value === false) continue;
      throw new InvalidArgumentError({
        parameter,
        value: parameter === "proxy" ? "an address" : value,
        message: "expected --download with this flag; add it, or leave the flag out",
      });
    }
  }
  return { download, offline, proxy, replace, manifest };
}
