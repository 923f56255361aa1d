import { showControls } from "./text.js";

const MARKER = Symbol.for("covidxr.error");

/**
 * Base of every error that this SDK throws on purpose.
 *
 * `message` is one line: what was expected, what was found, and what to do. Control characters in it (of a file's name, say) are
 * shown as `\u001b`, so that they order no terminal about; fields hold what was given. `kind` is a stable name for
 * programs. Use {@link isCovidxrError} rather than `instanceof` where two copies of the package may be loaded.
 */
export abstract class CovidxrError extends Error {
  /** Stable, machine-readable name of the kind of error, such as `"invalid-argument"`. */
  abstract readonly kind: string;
  /** Name of the class, spelled out: bundlers rename classes. */
  abstract override readonly name: string;

  constructor(message: string, options?: { cause?: unknown }) {
    super(showControls(message), options);
    Object.defineProperty(this, MARKER, { value: true });
  }
}

/** Whether `value` is an error thrown on purpose by any copy of this SDK. */
export function isCovidxrError(value: unknown): value is CovidxrError {
  return typeof value === "object" && value !== null && MARKER in value;
}

/** A function was called with an invalid value. */
export class InvalidArgumentError extends CovidxrError {
  override readonly name = "InvalidArgumentError";
  readonly kind = "invalid-argument";
  /** Name of the parameter or option. */
  readonly parameter: string;
  /** The value that was passed. */
  readonly value: unknown;

  constructor(details: { parameter: string; value: unknown; message: string; cause?: unknown }) {
    super(`${details.parameter}: ${details.message}`, { cause: details.cause });
    this.parameter = details.parameter;
    this.value = details.value;
  }
}

/** What is wrong with a path on disk; `"in-use"`: another process writes there. */
export type FileFault =
  | "missing"
  | "unreadable"
  | "unwritable"
  | "not-a-directory"
  | "corrupt"
  | "different"
  | "in-use";

/** A file or folder cannot be used. */
export class FileError extends CovidxrError {
  override readonly name = "FileError";
  readonly kind = "file";
  readonly path: string;
  readonly reason: FileFault;

  constructor(details: { path: string; reason: FileFault; message: string; cause?: unknown }) {
    super(`${details.path}: ${details.message}`, { cause: details.cause });
    this.path = details.path;
    this.reason = details.reason;
  }
}

/** What is wrong with a table of records. */
export type MetadataFault = "missing-column" | "broken-row" | "duplicate-key" | "invalid-value" | "empty";

/** A CSV table does not have the expected form. */
export class MetadataError extends CovidxrError {
  override readonly name = "MetadataError";
  readonly kind = "metadata";
  readonly path: string;
  /** 1-based line in the file; 1 is the header. */
  readonly line: number;
  readonly reason: MetadataFault;
  /** The column, if the error is about one. */
  readonly column: string | undefined;

  constructor(details: {
    path: string;
    line: number;
    reason: MetadataFault;
    column?: string;
    message: string;
    cause?: unknown;
  }) {
    super(`${details.path}, line ${details.line}: ${details.message}`, { cause: details.cause });
    this.path = details.path;
    this.line = details.line;
    this.reason = details.reason;
    this.column = details.column;
  }
}

/** What is wrong with an image file. */
export type ImageFault =
  | "unsupported-format"
  | "truncated"
  | "too-large"
  | "corrupt"
  | "empty"
  | "narrow-range";

/** An image cannot be decoded. */
export class ImageError extends CovidxrError {
  override readonly name = "ImageError";
  readonly kind = "image";
  /** Path or name of the image, as given by the caller. */
  readonly image: string;
  readonly reason: ImageFault;
  /** Of a narrow range: the window that shows the image. */
  readonly window: { readonly center: number; readonly width: number } | undefined;

  constructor(details: {
    image: string;
    reason: ImageFault;
    window?: { readonly center: number; readonly width: number };
    message: string;
    cause?: unknown;
  }) {
    super(`${details.image}: ${details.message}`, { cause: details.cause });
    this.image = details.image;
    this.reason = details.reason;
    this.window = details.window;
  }
}

/** What is wrong with a set of weights. */
export type WeightsFault =
  | "missing"
  | "unreadable"
  | "altered"
  | "layer-missing"
  | "shape-mismatch"
  | "layer-unexpected"
  | "layer-blank";

/** Weights are missing, damaged, or belong to another network. */
export class WeightsError extends CovidxrError {
  override readonly name = "WeightsError";
  readonly kind = "weights";
  /** File or source of the weights. */
  readonly source: string;
  readonly reason: WeightsFault;
  /** The layer, if the error is about one. */
  readonly layer: string | undefined;

  constructor(details: {
    source: string;
    reason: WeightsFault;
    layer?: string;
    message: string;
    cause?: unknown;
  }) {
    super(`${details.source}: ${details.message}`, { cause: details.cause });
    this.source = details.source;
    this.reason = details.reason;
    this.layer = details.layer;
  }
}

/** A layer, or one of its settings, cannot be compiled. */
export class UnsupportedLayerError extends CovidxrError {
  override readonly name = "UnsupportedLayerError";
  readonly kind = "unsupported-layer";
  /** Name of the layer in its model. */
  readonly layer: string;
  /** Class of the layer, such as `"LSTM"`. */
  readonly layerClass: string;
  /** What is supported instead. */
  readonly supported: readonly string[];

  constructor(details: {
    layer: string;
    layerClass: string;
    supported: readonly string[];
    message?: string;
  }) {
    super(
      `layer "${details.layer}" (${details.layerClass}) ${details.message ?? "is not supported"}; ` +
        `supported: ${details.supported.join(", ")}`,
    );
    this.layer = details.layer;
    this.layerClass = details.layerClass;
    this.supported = details.supported;
  }
}

/** A selection is empty that must not be: no matches, or a split without a usable image. */
export class EmptySelectionError extends CovidxrError {
  override readonly name = "EmptySelectionError";
  readonly kind = "empty-selection";
  /** What was selected, such as `"finding"` or `"split train"`. */
  readonly selection: string;

  constructor(details: { selection: string; message: string }) {
    super(`${details.selection}: ${details.message}`);
    this.selection = details.selection;
  }
}

/** A long operation was stopped by its `AbortSignal`. What was finished before remains valid. */
export class InterruptedError extends CovidxrError {
  override readonly name = "InterruptedError";
  readonly kind = "interrupted";
  /** What was stopped, such as `"training"`. */
  readonly operation: string;

  constructor(details: { operation: string; message: string }) {
    super(details.message);
    this.operation = details.operation;
  }
}

/** Throws {@link InterruptedError} when `signal` has fired; call it between the steps of a long operation. */
export function throwIfInterrupted(signal: AbortSignal | undefined, operation: string): void {
  if (signal?.aborted) {
    throw new InterruptedError({ operation, message: `${operation} was interrupted` });
  }
}

/** Training diverged: the loss is not finite. */
export class DivergenceError extends CovidxrError {
  override readonly name = "DivergenceError";
  readonly kind = "divergence";
  /** 1-based epoch. */
  readonly epoch: number;
  /** 1-based step within the epoch. */
  readonly step: number;
  readonly loss: number;

  constructor(details: { epoch: number; step: number; loss: number }) {
    super(
      `expected a finite loss, got ${details.loss} in epoch ${details.epoch}, step ${details.step}; ` +
        "lower the learning rate or check the inputs",
    );
    this.epoch = details.epoch;
    this.step = details.step;
    this.loss = details.loss;
  }
}

/** What two splits share: a patient, a file, or an image that appears in several files. */
export type LeakKind = "patient" | "file" | "image";

/** Images of several splits that share a patient, a file or an image. */
export interface Leak {
  readonly kind: LeakKind;
  /** The patient, the file, or the name of the image. */
  readonly name: string;
  /** The images, in the order of the splits; at least two, of at least two splits. */
  readonly images: readonly { readonly split: string; readonly path: string }[];
}

/** Splits that must be independent share patients, files or images. */
export class LeakageError extends CovidxrError {
  override readonly name = "LeakageError";
  readonly kind = "leakage";
  /** All leaks; the message names the first ones. */
  readonly leaks: readonly Leak[];

  constructor(details: { leaks: readonly Leak[]; message: string }) {
    super(details.message);
    this.leaks = details.leaks;
  }
}

/**
 * Why a download failed.
 *
 * - `offline`: the network must not be used.
 * - `unreachable`: no connection (name, proxy, certificate, refused).
 * - `not-found`: the address has no such file (404, 410), or must no longer serve it (451).
 * - `refused`: the server refuses to serve it (other 4xx, a proxy that asks for a password).
 * - `overloaded`: the server kept asking to retry later (429, 5xx) until the retries were used up.
 * - `cut`: connections kept ending before the file did.
 * - `stalled`: connections stayed open without sending anything.
 * - `redirects`: redirected in a loop, too often, or to an address that is not accepted.
 * - `wrong-content`: all bytes arrived, but they are not the published ones.
 */
export type DownloadFault =
  | "offline"
  | "unreachable"
  | "not-found"
  | "refused"
  | "overloaded"
  | "cut"
  | "stalled"
  | "redirects"
  | "wrong-content";

/** A published file could not be downloaded; its path on disk is unchanged. */
export class DownloadError extends CovidxrError {
  override readonly name = "DownloadError";
  readonly kind = "download";
  /** The address that failed (the preferred one of several), without user name, password and query. */
  readonly url: string;
  readonly reason: DownloadFault;
  /** The last HTTP status, if any. */
  readonly status: number | undefined;

  constructor(details: {
    url: string;
    reason: DownloadFault;
    status?: number;
    message: string;
    cause?: unknown;
  }) {
    super(`${details.url}: ${details.message}`, { cause: details.cause });
    this.url = details.url;
    this.reason = details.reason;
    this.status = details.status;
  }
}
