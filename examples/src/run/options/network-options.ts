import { join } from "node:path";
import { InvalidArgumentError } from "@covidxr/core";
import { defaultCacheFolder } from "@covidxr/model";
import type { Command, OptionValues } from "commander";
import { filled, path } from "./values.js";

/**
 * How the network is used. No part of what a run computes: it may differ when a run goes on, and is not in `run.json`,
 * since an address can hold a password.
 */
export interface NetworkOptions {
  /** Whether the network must not be used at all. */
  readonly offline: boolean;
  /** Proxy for every request, in place of those of the environment. */
  readonly proxy: string | undefined;
  /** Whether files with other content than the published ones are replaced. */
  readonly replace: boolean;
}

/** What is fetched, and how. */
export interface FetchOptions {
  /** Whether study and weights are fetched where they are missing; also when the run goes on. */
  readonly download: boolean;
  /** Manifest of the files to fetch in place of the study's own. */
  readonly manifest: string | undefined;
  readonly network: NetworkOptions;
}

/** Where a study that is fetched goes when no folder is named: shared by all runs and clones. */
export const fetchedStudyFolder = (): string => join(defaultCacheFolder(), "study");

export function addDownloadOption(command: Command): Command {
  return command.option(
    "--download",
    "first fetch what is missing of the study (138 MB, into --study, or the platform's cache folder) and, where they are used, of ImageNet weights (80 MB)",
    false,
  );
}

/**
 * Flags of every program that fetches.
 *
 * @param when Stands before what only concerns a download, where a program can do without.
 */
export function addNetworkOptions(command: Command, when = "with --download: "): Command {
  return command
    .option("--offline", `never open a socket; ${when}check what is there`, false)
    .option("--proxy <url>", `${when}proxy for every request\n(default: HTTPS_PROXY and its like)`, filled)
    .option("--replace", `${when}replace files that differ from the published ones`, false)
    .option("--manifest <file>", `${when}the files of this CSV, into --study`, path);
}

/** @throws {InvalidArgumentError} on a flag that does nothing without another one. */
export function readFetchOptions(flags: OptionValues): FetchOptions {
  const { download, offline, proxy, replace, manifest, study } = flags as NetworkOptions &
    FetchOptions & { readonly study: string | undefined };
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
  if (manifest !== undefined && study === undefined) {
    throw new InvalidArgumentError({
      parameter: "manifest",
      value: manifest,
      message:
        "expected --study DIR with this flag, since other files do not belong among the study's; name a folder",
    });
  }
  return { download, manifest, network: { offline, proxy, replace } };
}
