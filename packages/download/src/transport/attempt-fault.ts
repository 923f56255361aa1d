import type { DownloadFault } from "@covidxr/core";

/** Why one attempt at one address brought no file; becomes a `DownloadError` once it is final. */
export class AttemptFault extends Error {
  override readonly name = "AttemptFault";
  readonly reason: DownloadFault;
  readonly status: number | undefined;
  /** Whether asking this address again is of no use. */
  readonly final: boolean;
  /** Whether it showed before a byte was written, so that what is there already is not at fault. */
  readonly beforeBody: boolean;
  /** Seconds that the server asked to wait; undefined when it did not say. */
  readonly retryAfter: number | undefined;
  /** The server that answered or did not, which may be another one than was asked at first. */
  readonly origin: string;

  constructor(details: {
    reason: DownloadFault;
    origin: string;
    message: string;
    status?: number;
    final?: boolean;
    beforeBody?: boolean;
    retryAfter?: number | undefined;
    cause?: unknown;
  }) {
    super(details.message, { cause: details.cause });
    this.reason = details.reason;
    this.origin = details.origin;
    this.status = details.status;
    this.final = details.final ?? false;
    this.beforeBody = details.beforeBody ?? false;
    this.retryAfter = details.retryAfter;
  }
}
