import { checkInteger, checkNumber, checkOptions, type OptionKinds } from "@covidxr/core/internal";
import { mirrorUrl } from "./transport/addresses.js";
import { clock } from "./transport/clock.js";
import { chooseProxy, type Environment } from "./transport/proxies.js";

/** A file that is published at one or more addresses. */
export interface PublishedFile {
  /** Where it goes, relative to the folder, with `/`; must stay inside. */
  readonly path: string;
  /** Length in bytes. @defaultValue unknown: the server states it, and the digests alone decide */
  readonly bytes?: number | undefined;
  /** Digests of its content, lower-case hexadecimal, at least one; all that are given must match. */
  readonly digests: {
    readonly sha256?: string;
    /** SHA-1 of `blob <length>\0<content>`, git's name for the content. */
    readonly gitBlobSha1?: string;
    readonly md5?: string;
  };
  /** http or https addresses of the same bytes, the preferred one first; at least one. */
  readonly urls: readonly string[];
}

/** What a download is about to do, known before the first request. */
export interface DownloadPlan {
  readonly folder: string;
  /** Number of files requested. */
  readonly files: number;
  /** Of those, how many are already there and verified. */
  readonly present: number;
  /** Length of all files, as far as known: a file of unknown length counts with what is there of its part. */
  readonly bytes: number;
  /** Bytes still to download: those of absent files minus what earlier attempts left. */
  readonly missingBytes: number;
  /** Paths whose present content will be replaced; none unless `existing` is `"replace"`. */
  readonly replaced: readonly string[];
}

/** Progress of a download. */
export interface DownloadProgress {
  /** Bytes on disk, including present files and parts; falls when a corrupt part is discarded. */
  readonly done: number;
  /** Grows when a server states the length of a file that the list does not. */
  readonly total: number;
  /** Complete and verified files, out of `files`. */
  readonly filesDone: number;
  readonly files: number;
}

/** A wait, for a server, before a retry, or for another process. */
export interface DownloadWait {
  /** Address that is waited for; the folder's (`file:`) while another process works in it. */
  readonly url: string;
  /** NaN when unknown, as for another process. */
  readonly seconds: number;
  /** Why, such as `"429 Too Many Requests"`. */
  readonly cause: string;
}

/** Options of {@link downloadFiles}. */
export interface DownloadOptions {
  /** Files transferred at the same time. @defaultValue 8 */
  readonly concurrency?: number;
  /**
   * What to do about other content under a final name: `"refuse"` is a `FileError` with reason `"different"`, after all
   * files were checked and before the first request; `"replace"` replaces it once the published file is complete.
   *
   * @defaultValue `"refuse"`
   */
  readonly existing?: "refuse" | "replace";
  /**
   * What to do about a file that no address has: `"refuse"` is a `DownloadError` with reason `"not-found"` once all
   * others are there; `"skip"` lists it in the result. With `offline`, that is every file that is missing or differs:
   * `"refuse"` is a `DownloadError` with reason `"offline"`, `"skip"` lists them.
   *
   * @defaultValue `"refuse"`
   */
  readonly absent?: "refuse" | "skip";
  /**
   * Longest file in bytes to accept where the list does not state its length; a longer one is a `DownloadError` with
   * reason `"wrong-content"`.
   *
   * @defaultValue 1,000,000,000
   */
  readonly unlistedBytes?: number;
  /**
   * Open no socket; what is not on disk is a `DownloadError` with reason `"offline"`, or skipped (see `absent`).
   *
   * @defaultValue false
   */
  readonly offline?: boolean;
  /**
   * Proxy for every request, such as `http://user:password@proxy:3128`. `NO_PROXY` does not apply to it.
   *
   * @defaultValue `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` of `env`, in either case
   */
  readonly proxy?: string;
  /**
   * Base that replaces every address' origin, such as `https://mirror.hospital.example/covidxr`: `https://host/a/b`
   * becomes `<mirror>/a/b`.
   *
   * @defaultValue `COVIDXR_MIRROR` of `env`; none when that is not set
   */
  readonly mirror?: string;
  /** Environment variables. @defaultValue `process.env` */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Seconds without a byte after which a connection counts as stalled. @defaultValue 30 */
  readonly stallSeconds?: number;
  /** Consecutive attempts without progress before a file is given up. @defaultValue 5 */
  readonly attempts?: number;
  /** Longest wait in seconds that a server may ask for (`Retry-After`) before it counts as overloaded. @defaultValue 300 */
  readonly patienceSeconds?: number;
  /** Seed of the jitter of waits. @defaultValue the process' number, so that two processes do not ask in step */
  readonly seed?: number;
  /** Waits between attempts. @defaultValue a timer that `signal` ends */
  readonly wait?: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
  /** Interrupts the download; parts stay. */
  readonly signal?: AbortSignal;
  /** Called once, before the first request; nothing is downloaded when it throws. */
  readonly onPlan?: (plan: DownloadPlan) => void | Promise<void>;
  /** Called as bytes arrive, ten times a second at most. */
  readonly onProgress?: (progress: DownloadProgress) => void;
  /** Called before each wait of more than a second, and once when another process works in the folder. */
  readonly onWait?: (wait: DownloadWait) => void;
}

/** How {@link DownloadOptions} are written. */
export const DOWNLOAD: OptionKinds<DownloadOptions> = {
  concurrency: "number?",
  existing: ["refuse", "replace", undefined],
  absent: ["refuse", "skip", undefined],
  unlistedBytes: "number?",
  offline: "boolean?",
  proxy: "string?",
  mirror: "string?",
  env: "object?",
  stallSeconds: "number?",
  attempts: "number?",
  patienceSeconds: "number?",
  seed: "number?",
  wait: "function?",
  signal: "object?",
  onPlan: "function?",
  onProgress: "function?",
  onWait: "function?",
};

/** Result of {@link downloadFiles}. */
export interface DownloadResult {
  /** Files that were already there and verified. */
  readonly present: number;
  /** Files that were downloaded. */
  readonly fetched: number;
  /** Bytes received over the network, including those of failed attempts. */
  readonly transferredBytes: number;
  /** Paths whose previous content was replaced; none unless `existing` is `"replace"`. */
  readonly replaced: readonly string[];
  /**
   * Unavailable files with their first address, only with `absent: "skip"`: those that no address has, and with
   * `offline` those that are missing or differ.
   */
  readonly notFound: readonly { readonly path: string; readonly url: string }[];
}

/** Options with their defaults. */
export type Settings = ReturnType<typeof settingsOf>;

const EXAMPLE = "https://host.invalid/";
/** Longest delay of a timer, in seconds. */
const LONGEST_TIMER = 2 ** 31 / 1000 - 1;

/**
 * Checks the options, without looking at the environment.
 *
 * @throws {InvalidArgumentError} naming the option.
 */
export function checkDownloadOptions(options: DownloadOptions): void {
  checkOptions(options, DOWNLOAD);
  const { concurrency = 1, unlistedBytes = 0 } = options;
  const { stallSeconds = 1, attempts = 1, patienceSeconds = 0, seed = 0, mirror, proxy } = options;
  checkInteger("concurrency", concurrency, { min: 1 });
  checkInteger("unlistedBytes", unlistedBytes, { min: 0 });
  checkNumber("stallSeconds", stallSeconds, { above: 0, max: LONGEST_TIMER });
  checkInteger("attempts", attempts, { min: 1 });
  checkNumber("patienceSeconds", patienceSeconds, { min: 0, max: LONGEST_TIMER });
  checkInteger("seed", seed, { min: 0 });
  if (mirror !== undefined) mirrorUrl(EXAMPLE, mirror);
  if (proxy !== undefined) chooseProxy(new URL(EXAMPLE), proxy, {});
}

/**
 * Checked options with the environment and defaults.
 *
 * @throws {InvalidArgumentError} (`COVIDXR_MIRROR`) on an invalid mirror.
 */
export function settingsOf(options: DownloadOptions) {
  const env: Environment = options.env ?? process.env;
  const mirror = options.mirror ?? (env.COVIDXR_MIRROR?.trim() || undefined);
  if (mirror !== undefined) {
    mirrorUrl(EXAMPLE, mirror, options.mirror === undefined ? "COVIDXR_MIRROR" : "mirror");
  }
  return {
    env,
    proxy: options.proxy,
    concurrency: options.concurrency ?? 8,
    unlistedBytes: options.unlistedBytes ?? 1e9,
    stallSeconds: options.stallSeconds ?? 30,
    attempts: options.attempts ?? 5,
    patienceSeconds: options.patienceSeconds ?? 300,
    seed: options.seed ?? process.pid,
    wait: options.wait ?? clock.wait,
    onWait: options.onWait,
    /** The address to ask instead of a published one. */
    addressOf: (url: string): string => (mirror === undefined ? url : mirrorUrl(url, mirror)),
  };
}
