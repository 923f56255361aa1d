import { createRng, DownloadError } from "@covidxr/core";
import { checkFreeSpace, diskError } from "@covidxr/core/files-internal";
import { formatDuration } from "@covidxr/core/internal";
import type { Settings } from "../options.js";
import { publicUrl } from "../transport/addresses.js";
import { AttemptError, whoSeemsToAnswer } from "../transport/attempt-error.js";
import { untilAborted } from "../transport/clock.js";
import type { Network } from "../transport/network.js";
import { requestFile } from "../transport/request-file.js";
import { backoffSeconds, type Origins } from "../transport/retries.js";
import { appendAnswer } from "./append-answer.js";
import { compareFile } from "./digests.js";
import { findPart, openPart, publishPart, removePart } from "./part-file.js";
import type { ProgressMeter } from "./progress.js";
import type { MissingFile } from "./survey-files.js";

/** What the transfers of one download share. */
export interface TransferContext {
  readonly folder: string;
  readonly network: Network;
  readonly origins: Origins;
  readonly settings: Settings;
  readonly signal: AbortSignal;
  readonly meter: ProgressMeter;
  readonly onReceived: (bytes: number) => void;
  /** Throws when the folder no longer belongs to this process. */
  readonly assertHeld: () => void;
}

/** Consecutive failed connections after which a server that never answered counts as unreachable. */
const MOST_SILENT = 3;

/**
 * Downloads one file from the first of its addresses that has it.
 *
 * @returns the error when no address has the file; undefined once it has its final name.
 * @throws {DownloadError} of the first address that does not just lack the file; its message covers the others, too.
 * @throws {FileError} of the disk; the signal's reason.
 */
export async function transferFile(
  missing: MissingFile,
  context: TransferContext,
): Promise<DownloadError | undefined> {
  const errors: DownloadError[] = [];
  for (const url of new Set(missing.file.urls.map(context.settings.addressOf))) {
    const error = await new Transfer(url, errors.length, missing, context).run();
    if (error === undefined) return undefined;
    errors.push(error);
  }
  const first = errors.findIndex(({ reason }) => reason !== "not-found");
  const error = withOthers(errors, Math.max(0, first));
  if (first >= 0) throw error;
  return error;
}

/** An error whose message briefly says what happened at the other addresses. */
function withOthers(errors: readonly DownloadError[], place: number): DownloadError {
  const { url, reason, status, message, cause } = errors[place]!;
  if (errors.length === 1) return errors[place]!;
  // What to do about them follows the first semicolon.
  const others = errors.filter((_, i) => i !== place).map((other) => other.message.split("; ")[0]);
  return new DownloadError({
    url,
    reason,
    ...(status === undefined ? {} : { status }),
    message: [message.slice(`${url}: `.length), ...others].join("; "),
    cause,
  });
}

/**
 * Attempts at one address.
 *
 * undici's RetryAgent does not replace this: it counts attempts whether or not bytes came, caps `Retry-After`, waits per
 * request rather than per server, gives up on servers without ranges, resumes nothing from disk, and tells nobody.
 */
class Transfer {
  readonly #url: string;
  readonly #place: number;
  readonly #missing: MissingFile;
  readonly #context: TransferContext;
  /** Bytes of the part. */
  #held = 0;
  /** Bytes of the whole file, from the list or from the server. */
  #bytes: number | undefined;
  #acceptsRanges = true;
  #hasAsked = false;

  constructor(url: string, place: number, missing: MissingFile, context: TransferContext) {
    this.#url = url;
    this.#place = place;
    this.#missing = missing;
    this.#context = context;
    this.#bytes = missing.file.bytes;
  }

  async run(): Promise<DownloadError | undefined> {
    const { settings, origins, signal } = this.#context;
    const { index, part, file } = this.#missing;
    const rng = createRng(settings.seed, { purpose: "retry", epoch: index, index: this.#place });
    this.#held = (await findPart(part))?.bytes ?? 0;
    if (this.#held > (file.bytes ?? this.#held)) await this.#discardPart();
    let best = this.#held;
    let failures = 0;
    let wrong = 0;
    let deliveries = 0;
    for (;;) {
      let error: AttemptError;
      try {
        const origin = await this.#attempt();
        if (origin !== undefined) origins.delivered(origin);
        return undefined;
      } catch (thrown) {
        if (signal.aborted) throw signal.reason;
        if (!(thrown instanceof AttemptError)) throw thrown;
        error = thrown;
      }
      const { origin, message } = error;
      if (error.reason === "wrong-content") {
        if (!error.beforeBody) {
          await this.#discardPart();
          best = 0;
        }
        if (error.final) return this.#final(error);
        // What an earlier download left may be to blame.
        if (this.#hasAsked) wrong++;
        if (wrong > 1) return this.#final(error, "; the address has another file than was published");
        if (error.beforeBody) this.#acceptsRanges = false;
        continue;
      }
      if (error.final) return this.#final(error);

      failures = this.#held > best ? 0 : failures + 1;
      best = Math.max(best, this.#held);
      // A server that asks to wait while it delivers other files is just busy.
      if (error.reason === "overloaded" && origins.deliveries(origin) > deliveries) failures = 1;
      deliveries = origins.deliveries(origin);
      const most = origins.hasAnswered(origin) ? settings.attempts : Math.min(MOST_SILENT, settings.attempts);
      if (failures >= most) {
        const times = failures > 1 ? `, ${failures} times in a row` : "";
        return this.#final(error, `${times}; try again later`);
      }
      const seconds = Math.max(backoffSeconds(failures, rng), error.retryAfter ?? 0);
      if (error.retryAfter !== undefined && error.retryAfter > settings.patienceSeconds) {
        const asked = formatDuration(error.retryAfter);
        return this.#final(error, `, the server asks to come back in ${asked}; try again then`);
      }
      const tell = (): void => {
        if (seconds > 1) settings.onWait?.({ url: publicUrl(this.#url), seconds, cause: message });
      };
      if (error.retryAfter === undefined) {
        tell();
        await untilAborted(settings.wait(seconds * 1000, signal), signal);
      } else {
        if (origins.pause(origin, seconds)) tell();
        await origins.ready(origin, signal);
      }
    }
  }

  /**
   * Asks once, from where the part ends, and gives the part its final name if it is the file.
   *
   * @returns who delivered it; undefined when nothing had to be requested.
   */
  async #attempt(): Promise<string | undefined> {
    const { file, part, index, path } = this.#missing;
    const { signal, meter, assertHeld, folder, settings } = this.#context;
    let origin: string | undefined;
    let hint = "";
    while (!(await this.#isComplete())) {
      this.#hasAsked = true;
      const offset = this.#acceptsRanges ? this.#held : 0;
      const asked = await requestFile(this.#url, offset, this.#context);
      origin = asked.origin;
      const outcome = await appendAnswer(asked.answer, {
        part,
        held: this.#held,
        bytes: this.#bytes,
        most: settings.unlistedBytes,
        origin,
        onLength: async (bytes) => {
          this.#bytes = bytes;
          meter.setLength(index, bytes);
          await checkFreeSpace(folder, meter.missing);
        },
        onHeld: (bytes) => this.#setHeld(bytes),
        onReceived: this.#context.onReceived,
        assertHeld,
        diskError: (error) => diskError(part, error, { bytes: meter.missing }),
      });
      hint = whoSeemsToAnswer(asked.answer.header);
      if (outcome === "whole") break;
      if (offset === 0) {
        const message = "the server answers with a range that was not requested";
        const { status } = asked.answer;
        throw new AttemptError({ reason: "wrong-content", origin, message, status, beforeBody: true });
      }
      this.#acceptsRanges = false;
    }
    // An empty file needs no request.
    if (file.bytes === 0) {
      this.#hasAsked = true;
      await (await openPart(part, 0)).close();
    }

    const { state, difference = "the part is gone" } = await compareFile(part, file, signal);
    if (state !== "verified") {
      const by = origin ?? new URL(this.#url).origin;
      throw new AttemptError({ reason: "wrong-content", origin: by, message: `${difference}${hint}` });
    }
    assertHeld();
    signal.throwIfAborted();
    await publishPart(part, path);
    if (file.bytes === undefined) meter.setLength(index, this.#held);
    return origin;
  }

  /** Whether nothing more is to be requested; while the length is unknown, the part's digests decide. */
  async #isComplete(): Promise<boolean> {
    if (this.#bytes !== undefined) return this.#held >= this.#bytes;
    if (this.#held === 0 || this.#hasAsked) return false;
    const { part, file } = this.#missing;
    return (await compareFile(part, file, this.#context.signal)).state === "verified";
  }

  async #discardPart(): Promise<void> {
    await removePart(this.#missing.part);
    this.#bytes = this.#missing.file.bytes;
    this.#setHeld(0);
  }

  #setHeld(bytes: number): void {
    this.#held = bytes;
    this.#context.meter.set(this.#missing.index, bytes);
  }

  #final(error: AttemptError, more = ""): DownloadError {
    const elsewhere =
      error.origin === new URL(this.#url).origin ? "" : ` (at ${error.origin}, where it redirects to)`;
    return new DownloadError({
      url: publicUrl(this.#url),
      reason: error.reason,
      ...(error.status === undefined ? {} : { status: error.status }),
      message: `${error.message}${more}${elsewhere}`,
      cause: error.cause ?? error,
    });
  }
}
