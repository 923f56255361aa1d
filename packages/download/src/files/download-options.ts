import type { ConnectionOptions } from "../transport/connection-options.js";

/** What will be done, known before the first request. */
export interface DownloadPlan {
  readonly folder: string;
  /** Files asked for. */
  readonly files: number;
  /** Of those, how many are there and verified. */
  readonly present: number;
  /** Length of all files together, as far as it is known: a file of unknown length counts by what is there of its part. */
  readonly bytes: number;
  /** Bytes still to come: those of absent files less what earlier attempts left of them. */
  readonly missingBytes: number;
  /** Paths of the files that other content stands under, which will be replaced; none unless `existing` is `"replace"`. */
  readonly replaced: readonly string[];
}

/** How far a download is. */
export interface DownloadProgress {
  /** Bytes on disk, those of present files and of parts included; falls when a faulty part is thrown away. */
  readonly done: number;
  /** Grows when a server states the length of a file that the list does not know. */
  readonly total: number;
  /** Files that are whole and verified, of `files`. */
  readonly filesDone: number;
  readonly files: number;
}

/** A wait that a server, the retry or another process asked for. */
export interface DownloadWait {
  /** Address that is waited for; the folder's (`file:`) while another process works in it. */
  readonly url: string;
  /** NaN when nobody knows, as for another process. */
  readonly seconds: number;
  /** What happened, such as `"429 Too Many Requests"`. */
  readonly cause: string;
}

/** Options of {@link downloadFiles}. */
export interface DownloadOptions extends ConnectionOptions {
  /** Files transferred at the same time. @defaultValue 8 */
  readonly concurrency?: number;
  /**
   * What becomes of a file that stands under a final name with other content: `"refuse"` is a `FileError` with
   * reason `"different"` before the first request, once all were looked at; `"replace"` puts the published file in its place once it is there.
   *
   * @defaultValue `"refuse"`
   */
  readonly existing?: "refuse" | "replace";
  /**
   * What becomes of a file that no address has: `"refuse"` is a `DownloadError` with reason `"not-found"` once all
   * others are there; `"skip"` names it in the result. With `offline`, that is every file that is not there or differs:
   * `"refuse"` is a `DownloadError` with reason `"offline"`, `"skip"` names them.
   *
   * @defaultValue `"refuse"`
   */
  readonly absent?: "refuse" | "skip";
  /**
   * Longest file in bytes that is taken where the list does not know its length; another is a `DownloadError` with
   * reason `"wrong-content"`.
   *
   * @defaultValue 1,000,000,000
   */
  readonly unlistedBytes?: number;
  /** Called once, before the first request; nothing is fetched when it throws. */
  readonly onPlan?: (plan: DownloadPlan) => void | Promise<void>;
  /** Told as bytes arrive. */
  readonly onProgress?: (progress: DownloadProgress) => void;
  /** Called before each wait of more than a second, and once when another process is waited for. */
  readonly onWait?: (wait: DownloadWait) => void;
}

/** What {@link downloadFiles} did. */
export interface DownloadResult {
  /** Files that were there and verified before. */
  readonly present: number;
  /** Files that were fetched. */
  readonly fetched: number;
  /** Bytes that came over the network, those of attempts that failed included. */
  readonly transferredBytes: number;
  /** Paths of the files that took the place of other content; none unless `existing` is `"replace"`. */
  readonly replaced: readonly string[];
  /**
   * Files that no address has, and with `offline` those that are not there or differ, with their first address; only
   * with `absent: "skip"`.
   */
  readonly notFound: readonly { readonly path: string; readonly url: string }[];
}
