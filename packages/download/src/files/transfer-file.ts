import { createRng, DownloadError } from "@covidxr/core";
import { formatDuration } from "@covidxr/core/internal";
import { AttemptFault } from "../transport/attempt-fault.js";
import { backoffSeconds } from "../transport/backoff-seconds.js";
import type { ConnectionSettings } from "../transport/connection-settings.js";
import type { Network } from "../transport/open-network.js";
import type { Origins } from "../transport/origins.js";
import { publicUrl } from "../transport/public-url.js";
import { requestFile } from "../transport/request-file.js";
import { untilAborted } from "../transport/until-aborted.js";
import { whoSeemsToAnswer } from "../transport/who-seems-to-answer.js";
import { appendAnswer } from "./append-answer.js";
import { diskFault } from "./disk-fault.js";
import type { DownloadWait } from "./download-options.js";
import { findPart, openPart, publishPart, removePart } from "./part-file.js";
import type { MissingFile } from "./survey-files.js";
import { compareFile } from "./verify-file.js";

/** What the transfers of one download share. */
export interface TransferContext {
  readonly network: Network;
  readonly origins: Origins;
  readonly settings: ConnectionSettings;
  readonly signal: AbortSignal;
  readonly onWait: ((wait: DownloadWait) => void) | undefined;
  /** Called with the length of a file that the list does not know. */
  readonly onLength: (index: number, bytes: number) => void;
  /** Called with the length of a file's part. */
  readonly onHeld: (index: number, bytes: number) => void;
  readonly onReceived: (bytes: number) => void;
  /** Bytes of all files that are still to come. */
  readonly missing: () => number;
  /** Longest file of unknown length that is taken, in bytes. */
  readonly unlistedBytes: number;
  /** Throws when the disk has no room for what is still to come. */
  readonly assertSpace: () => Promise<void>;
  /** Throws when the folder is no longer this process' own. */
  readonly assertHeld: () => Promise<void>;
}

/** Connections in a row that fail before a server has ever answered, after which it counts as unreachable. */
const MOST_SILENT = 3;

/**
 * Fetches one file from the first of its addresses that has it.
 *
 * @returns the error when no address has the file; undefined once it stands under its final name.
 * @throws {DownloadError} of the first address that does not merely lack the file; its message tells of the others, too.
 * @throws {FileError} of the disk; the signal's reason.
 */
export async function transferFile(
  missing: MissingFile,
  context: TransferContext,
): Promise<DownloadError | undefined> {
  const errors: DownloadError[] = [];
  for (const url of new Set(missing.file.urls.map(context.settings.addressOf))) {
    const error = await transferFrom(url, errors.length, missing, context);
    if (error === undefined) return undefined;
    errors.push(error);
  }
  const first = errors.findIndex(({ reason }) => reason !== "not-found");
  const error = withOthers(errors, Math.max(0, first));
  if (first >= 0) throw error;
  return error;
}

/** An error whose message tells, in a few words, what came of the other addresses. */
function withOthers(errors: readonly DownloadError[], place: number): DownloadError {
  const { url, reason, status, message, cause } = errors[place]!;
  if (errors.length === 1) return errors[place]!;
  // What is to be done about them stands behind the first semicolon.
  const others = errors.filter((_, i) => i !== place).map((other) => other.message.split("; ")[0]);
  return new DownloadError({
    url,
    reason,
    ...(status === undefined ? {} : { status }),
    message: [message.slice(`${url}: `.length), ...others].join("; "),
    cause,
  });
}

/** How far the attempts at one address are. */
interface Attempts {
  /** Bytes of the part. */
  held: number;
  /** Bytes of the whole file, from the list or from the server. */
  bytes: number | undefined;
  acceptsRanges: boolean;
  hasAsked: boolean;
}

/** Attempts at one address. */
async function transferFrom(
  url: string,
  place: number,
  missing: MissingFile,
  context: TransferContext,
): Promise<DownloadError | undefined> {
  const { settings, origins, signal } = context;
  const { index, part } = missing;
  const rng = createRng(settings.seed, { purpose: "retry", epoch: index, index: place });
  const state: Attempts = {
    held: await heldOf(missing, context),
    bytes: missing.file.bytes,
    acceptsRanges: true,
    hasAsked: false,
  };
  let best = state.held;
  let failures = 0;
  let wrong = 0;
  let deliveries = 0;
  for (;;) {
    let fault: AttemptFault;
    try {
      const origin = await attempt(url, missing, state, context);
      if (origin !== undefined) origins.delivered(origin);
      return undefined;
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      if (!(error instanceof AttemptFault)) throw error;
      fault = error;
    }
    if (fault.reason === "wrong-content") {
      if (!fault.beforeBody) {
        await removePart(part);
        context.onHeld(index, 0);
        state.held = 0;
        state.bytes = missing.file.bytes;
        best = 0;
      }
      if (fault.final) return final(url, fault);
      // What an earlier download left may have been at fault.
      if (state.hasAsked) wrong++;
      if (wrong > 1)
        return final(url, fault, `${fault.message}; the address has another file than was published`);
      if (fault.beforeBody) state.acceptsRanges = false;
      continue;
    }
    if (fault.final) return final(url, fault);

    const { origin } = fault;
    failures = state.held > best ? 0 : failures + 1;
    best = Math.max(best, state.held);
    // A server that asks to wait while it serves other files is merely busy.
    if (fault.reason === "overloaded" && origins.deliveries(origin) > deliveries) failures = 1;
    deliveries = origins.deliveries(origin);
    const most = origins.hasAnswered(origin) ? settings.attempts : Math.min(MOST_SILENT, settings.attempts);
    if (failures >= most)
      return final(
        url,
        fault,
        `${fault.message}${failures > 1 ? `, ${failures} times in a row` : ""}; try again later`,
      );
    if (fault.retryAfter !== undefined && fault.retryAfter > settings.patienceSeconds) {
      const asked = formatDuration(fault.retryAfter);
      return final(url, fault, `${fault.message}, the server asks to come back in ${asked}; try again then`);
    }
    await waitForAttempt(url, fault, backoffSeconds(failures, rng), context);
  }
}

/**
 * Asks once, from where the part ends, and gives the part its final name when it is the file.
 *
 * @returns who delivered it; undefined when nothing had to be asked.
 */
async function attempt(
  url: string,
  missing: MissingFile,
  state: Attempts,
  context: TransferContext,
): Promise<string | undefined> {
  const { file, part, index, path } = missing;
  const { signal } = context;
  let origin: string | undefined;
  let between = "";
  while (!(await isComplete())) {
    state.hasAsked = true;
    const offset = state.acceptsRanges ? state.held : 0;
    const asked = await requestFile(url, offset, context);
    origin = asked.origin;
    const outcome = await appendAnswer(asked.answer, {
      part,
      held: state.held,
      bytes: state.bytes,
      most: context.unlistedBytes,
      origin,
      onLength: async (bytes) => {
        state.bytes = bytes;
        context.onLength(index, bytes);
        await context.assertSpace();
      },
      onHeld: (bytes) => {
        state.held = bytes;
        context.onHeld(index, bytes);
      },
      onReceived: context.onReceived,
      assertHeld: context.assertHeld,
      diskError: (error) => diskFault(part, error, { missing: context.missing() }),
    });
    between = whoSeemsToAnswer(asked.answer);
    if (outcome === "whole") break;
    if (offset === 0) {
      const message = "the server answers with a range that nobody asked for";
      const { status } = asked.answer;
      throw new AttemptFault({ reason: "wrong-content", origin, message, status, beforeBody: true });
    }
    state.acceptsRanges = false;
  }
  // An empty file has nothing to ask for.
  if (file.bytes === 0) {
    state.hasAsked = true;
    await (await openPart(part, 0)).close();
  }

  const { state: found, difference = "the part is gone" } = await compareFile(part, file, signal);
  if (found !== "verified") {
    throw new AttemptFault({
      reason: "wrong-content",
      origin: origin ?? new URL(url).origin,
      message: `${difference}${between}`,
    });
  }
  await context.assertHeld();
  signal.throwIfAborted();
  await publishPart(part, path);
  if (file.bytes === undefined) context.onLength(index, state.held);
  return origin;

  /** Whether nothing more is to be asked; of a part whose length nobody knows yet, its digests say so. */
  async function isComplete(): Promise<boolean> {
    if (state.bytes !== undefined) return state.held >= state.bytes;
    if (state.held === 0 || state.hasAsked) return false;
    return (await compareFile(part, file, signal)).state === "verified";
  }
}

/** Length of the part; one that is longer than the file is thrown away. */
async function heldOf({ file, part, index }: MissingFile, context: TransferContext): Promise<number> {
  const { bytes } = (await findPart(part)) ?? { bytes: 0 };
  if (bytes <= (file.bytes ?? bytes)) return bytes;
  await removePart(part);
  context.onHeld(index, 0);
  return 0;
}

async function waitForAttempt(
  url: string,
  fault: AttemptFault,
  backoff: number,
  context: TransferContext,
): Promise<void> {
  const { settings, origins, signal, onWait } = context;
  const seconds = Math.max(backoff, fault.retryAfter ?? 0);
  const tell = (): void => {
    if (seconds > 1) onWait?.({ url: publicUrl(url), seconds, cause: fault.message });
  };
  if (fault.retryAfter === undefined) {
    tell();
    await untilAborted(settings.wait(seconds * 1000, signal), signal);
  } else {
    if (origins.pause(fault.origin, seconds)) tell();
    await origins.ready(fault.origin, signal);
  }
}

function final(url: string, fault: AttemptFault, message = fault.message): DownloadError {
  const elsewhere =
    fault.origin === new URL(url).origin ? "" : ` (at ${fault.origin}, where it redirects to)`;
  return new DownloadError({
    url: publicUrl(url),
    reason: fault.reason,
    ...(fault.status === undefined ? {} : { status: fault.status }),
    message: `${message}${elsewhere}`,
    cause: fault.cause ?? fault,
  });
}
