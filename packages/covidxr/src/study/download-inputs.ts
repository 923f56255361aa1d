import { stat } from "node:fs/promises";
import { FileError } from "@covidxr/core";
import { formatBytes, plural } from "@covidxr/core/internal";
import type { FetchedStudy } from "@covidxr/dataset/internal";
import { fetchStudy } from "@covidxr/dataset/study";
import type { DownloadOptions } from "@covidxr/download";
import { fetchWeights, IMAGENET_WEIGHTS } from "@covidxr/model";
import type { FetchedWeights } from "@covidxr/model/internal";
import type { OnProgress } from "../run/progress.js";
import type { Run } from "../run/run.js";
import type { Settings } from "../settings/declarations.js";
import type { Network } from "../settings/place.js";

/** What is fetched and where it goes. */
export interface Inputs {
  /** Folder to fill. */
  readonly study: string;
  /** `"imagenet"`; other names are files of the user's own, or nothing to fetch. */
  readonly weights: string;
  /** Manifest of the files to fetch instead of the study's own. */
  readonly manifest: string | undefined;
}

/** What was fetched. */
export interface FetchedInputs {
  readonly study: FetchedStudy;
  /** Null where none were asked for. */
  readonly weights: FetchedWeights | null;
}

/**
 * Fetches what is missing of the study and of the ImageNet weights. Licences are printed before the first byte.
 *
 * @throws {DownloadError} when a table or the weights cannot be fetched; images that no address has are only named.
 * @throws {FileError} when the folder cannot be written, or holds other files under the study's names.
 */
export async function downloadInputs(
  run: Pick<Run<Partial<Settings>>, "network" | "say" | "signal" | "stage">,
  { study, weights, manifest }: Inputs,
): Promise<FetchedInputs> {
  const { network, say, signal } = run;
  const present = await stat(study).catch(() => undefined);
  if (present && !present.isDirectory()) {
    throw new FileError({
      path: study,
      reason: "not-a-directory",
      message: "expected a folder to fill, found a file; name a folder with --study",
    });
  }
  const fetched = await run.stage("download", "Fetching study", "bytes", (onProgress) =>
    fetchStudy(study, {
      ...transfer(network, onProgress, signal),
      ...(manifest !== undefined && { manifest }),
      onLicences: (text) => say.block(text.trimEnd()),
    }),
  );
  say.block(`Study in ${study}: ${summary(fetched)}`);
  for (const { path, url } of fetched.notFound) say.line(`  unavailable: ${path} (${url})`);
  for (const path of fetched.replaced) say.line(`  replaced: ${path}`);
  if (weights !== "imagenet") return { study: fetched, weights: null };
  const { name, url, attribution } = IMAGENET_WEIGHTS.licence;
  say.block(`VGG19's ImageNet weights: ${name} (${url}), ${attribution}`);
  const backbone = await run.stage("download-weights", "Fetching VGG19", "bytes", (onProgress) =>
    fetchWeights("imagenet", transfer(network, onProgress, signal)),
  );
  const how = backbone.fetched
    ? `fetched, ${formatBytes(backbone.transferredBytes)}`
    : "present and verified";
  say.line(`ImageNet weights in ${backbone.path}: ${how}`);
  return { study: fetched, weights: backbone };
}

/** The network's options, with progress in bytes: how many files are complete, and what is waited for. */
function transfer(network: Network, onProgress: OnProgress, signal: AbortSignal): DownloadOptions {
  const { offline, proxy, replace } = network;
  return {
    offline,
    ...(proxy !== undefined && { proxy }),
    existing: replace ? "replace" : "refuse",
    onProgress: ({ done, total, filesDone, files }) =>
      onProgress({ done, total, ...(files > 1 && { note: `${filesDone}/${files} files` }) }),
    onWait: ({ seconds, cause }) => onProgress({ wait: { cause, seconds } }),
    signal,
  };
}

function summary({ present, fetched, notFound, transferredBytes }: FetchedStudy): string {
  const parts = [
    `${plural(present, "file")} present and verified`,
    `${fetched} fetched (${formatBytes(transferredBytes)})`,
  ];
  if (notFound.length > 0) parts.push(`${notFound.length} unavailable`);
  return parts.join(", ");
}
