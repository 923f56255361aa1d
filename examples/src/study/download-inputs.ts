import { stat } from "node:fs/promises";
import { FileError } from "@covidxr/core";
import { fetchStudy } from "@covidxr/dataset/study";
import type { DownloadOptions, DownloadResult } from "@covidxr/download";
import { fetchWeights, IMAGENET_WEIGHTS } from "@covidxr/model";
import { formatBytes } from "../run/format.js";
import type { FetchOptions, NetworkOptions } from "../run/options/network-options.js";
import type { OnProgress } from "../run/progress.js";
import type { Run } from "../run/run.js";

/** What is fetched and where it goes. */
export interface Inputs extends Pick<FetchOptions, "manifest" | "network"> {
  /** Folder to fill. */
  readonly study: string;
  /** Other names of weights stand for files of the user's own, and nothing is fetched for them. */
  readonly weights: "imagenet" | (string & {});
}

/**
 * Fetches the study and ImageNet weights as far as they are not there. Licences are printed before the first byte.
 *
 * @throws {DownloadError} when a table or the weights cannot be had; images that no address has are named alone.
 * @throws {FileError} when the folder cannot be written, or holds other files under the study's names.
 */
export async function downloadInputs(
  { study, weights, manifest, network }: Inputs,
  { say, stage }: Pick<Run, "say" | "stage">,
  signal: AbortSignal,
): Promise<void> {
  const standing = await stat(study).catch(() => undefined);
  if (standing && !standing.isDirectory()) {
    throw new FileError({
      path: study,
      reason: "not-a-directory",
      message: "expected a folder to fill, found a file; name a folder with --study",
    });
  }
  const fetched = await stage("download", "Fetching study", "bytes", (onProgress) =>
    fetchStudy(study, {
      ...transfer(network, onProgress, signal),
      ...(manifest === undefined ? {} : { manifest }),
      onLicences: (text) => say.block(text.trimEnd()),
    }),
  );
  say.block(`Study in ${study}: ${summary(fetched)}`);
  for (const { path, url } of fetched.notFound) say.line(`  unavailable: ${path} (${url})`);
  for (const path of fetched.replaced) say.line(`  replaced: ${path}`);
  if (weights !== "imagenet") return;
  const { name, url, attribution } = IMAGENET_WEIGHTS.licence;
  say.block(`VGG19's ImageNet weights: ${name} (${url}), ${attribution}`);
  const backbone = await stage("download-weights", "Fetching VGG19", "bytes", (onProgress) =>
    fetchWeights("imagenet", transfer(network, onProgress, signal)),
  );
  const how = backbone.fetched ? `fetched, ${formatBytes(backbone.transferredBytes)}` : "there and verified";
  say.line(`ImageNet weights in ${backbone.path}: ${how}`);
}

/** The network's options, with progress in bytes: how many files are whole, and what is waited for. */
function transfer(network: NetworkOptions, onProgress: OnProgress, signal: AbortSignal): DownloadOptions {
  const { offline, proxy, replace } = network;
  return {
    offline,
    ...(proxy === undefined ? {} : { proxy }),
    existing: replace ? "replace" : "refuse",
    onProgress: ({ done, total, filesDone, files }) =>
      onProgress({ done, total, ...(files > 1 && { note: `${filesDone}/${files} files` }) }),
    onWait: ({ seconds, cause }) => onProgress({ wait: { cause, seconds } }),
    signal,
  };
}

function summary({ present, fetched, notFound, transferredBytes }: DownloadResult): string {
  const parts = [
    `${present} ${present === 1 ? "file" : "files"} there and verified`,
    `${fetched} fetched (${formatBytes(transferredBytes)})`,
  ];
  if (notFound.length > 0) parts.push(`${notFound.length} unavailable`);
  return parts.join(", ");
}
