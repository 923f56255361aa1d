import { formatBytes } from "@covidxr/core/internal";
import { AttemptError, printable, whoSeemsToAnswer } from "../transport/attempt-error.js";
import type { Answer } from "../transport/network.js";
import { proxyPasswordWords } from "../transport/proxies.js";
import { retryAfter } from "../transport/retries.js";
import { openPart, writeFully } from "./part-file.js";

/** Where an answer goes, and who is told. */
export interface Append {
  readonly part: string;
  /** Bytes of the part that are there. */
  readonly held: number;
  /** Bytes of the whole file; undefined while unknown. */
  readonly bytes: number | undefined;
  /** Longest file to accept while its length is unknown. */
  readonly most: number;
  readonly origin: string;
  /** Called with the whole file's length as the server states it, where it was unknown; nothing is written when it throws. */
  readonly onLength: (bytes: number) => Promise<void>;
  /** Called with the new length of the part. */
  readonly onHeld: (bytes: number) => void;
  /** Called with the number of bytes received, including bytes already there. */
  readonly onReceived: (bytes: number) => void;
  /** Throws when another process has taken the folder, and may have completed this very file. */
  readonly assertHeld: () => void;
  /** Turns a disk error into one for the caller. */
  readonly diskError: (error: unknown) => Error;
}

/** Absent, for legal reasons too (RFC 9110, 15.5.5 and 15.5.11; RFC 7725). */
const ABSENT = [404, 410, 451];
/** Client errors that pass (RFC 9110, 15.5.9; RFC 8470; RFC 6585). */
const AGAIN = [408, 425, 429];
/** Server errors that do not: not implemented, version not supported. */
const NEVER = [501, 505];

/**
 * Writes an answer's body to the end of a part. Of an answer that begins at the file's start, what the part already holds
 * is skipped, so that a server without ranges never makes a part shorter.
 *
 * @returns `"no-range"` when the server gave another range than requested, or has none; nothing was written.
 * @throws {AttemptError} on any other answer than the file, and on a body that ends early or does not end.
 */
export async function appendAnswer(answer: Answer, target: Append): Promise<"whole" | "no-range"> {
  try {
    checkStatus(answer, target);
    const body = answer.status === 416 ? undefined : bodyOf(answer, target);
    if (body === undefined) return "no-range";
    if (target.bytes === undefined && body.bytes !== undefined) {
      if (body.bytes > target.most) throw tooLong(answer, target, `${body.bytes}`, true);
      await target.onLength(body.bytes);
    }
    await writeBody(answer, target, body);
    return "whole";
  } finally {
    answer.end();
  }
}

function checkStatus(answer: Answer, target: Append): void {
  const { origin, bytes, held } = target;
  const { status, statusText, proxy } = answer;
  if (status === 200 || status === 206 || (status === 416 && held > 0)) return;
  if (status >= 200 && status < 300) {
    const expected = bytes === undefined ? "the file" : `${bytes} bytes`;
    throw wrongContent(answer, target, `expected ${expected}, got ${statusText}`);
  }
  const by = proxy === undefined ? "" : ` (by the proxy ${proxy.url})`;
  if ((status >= 500 && !NEVER.includes(status)) || AGAIN.includes(status)) {
    const seconds = retryAfter(answer.header("retry-after"), answer.header("date"));
    const message = `${statusText}${by}`;
    throw new AttemptError({ reason: "overloaded", origin, status, message, retryAfter: seconds });
  }
  const isAbsent = ABSENT.includes(status);
  const message = isAbsent
    ? `${status === 451 ? "the file is withheld" : "there is no such file"} (${statusText})`
    : status === 407 && proxy !== undefined
      ? proxyPasswordWords(proxy)
      : `the server refuses it (${statusText})${by}`;
  const reason = isAbsent ? "not-found" : "refused";
  throw new AttemptError({ reason, origin, status, final: true, message });
}

/** Where an answer's body belongs. */
interface Body {
  /** The byte of the file that it begins with. */
  readonly start: number;
  /** Bytes of the whole file; undefined when neither the list nor the server states them. */
  readonly bytes: number | undefined;
}

/** Undefined for a range that is of no use. */
function bodyOf(answer: Answer, target: Append): Body | undefined {
  const encoding = answer.header("content-encoding")?.trim().toLowerCase() ?? "identity";
  if (encoding !== "identity" && encoding !== "") {
    const message = `expected the file as it is, got content-encoding ${printable(encoding)}`;
    throw wrongContent(answer, target, message);
  }
  const { bytes, held } = target;
  let start = 0;
  let length = answer.header("content-length");
  if (answer.status === 206) {
    const range = /^bytes (\d+)-(\d+)\/(\d+|\*)$/i.exec(answer.header("content-range")?.trim() ?? "");
    if (!range || Number(range[1]) !== held) return undefined;
    start = held;
    length = range[3] === "*" ? undefined : range[3];
  }
  const stated = length === undefined ? bytes : Number(length);
  if (stated !== (bytes ?? stated)) {
    throw wrongContent(answer, target, `expected ${bytes} bytes, got ${stated}`);
  }
  return { start, bytes: stated };
}

async function writeBody(answer: Answer, target: Append, { start, bytes }: Body): Promise<void> {
  const { origin } = target;
  const end = bytes ?? target.most;
  const file = await openPart(target.part, target.held);
  let held = target.held;
  let position = start;
  try {
    for (let pieces = await answer.take(); pieces; pieces = await answer.take()) {
      target.assertHeld();
      for (const piece of pieces) {
        target.onReceived(piece.length);
        const fresh = piece.subarray(Math.max(0, held - position), end - position);
        position += piece.length;
        try {
          await writeFully(file, fresh, held, (written) => {
            held += written;
            target.onHeld(held);
          });
        } catch (error) {
          throw target.diskError(error);
        }
        if (position <= end) continue;
        if (bytes === undefined) throw tooLong(answer, target, "more", false);
        const message = `expected ${bytes} bytes, got more${whoSeemsToAnswer(answer.header)}`;
        throw new AttemptError({ reason: "wrong-content", origin, message });
      }
    }
  } finally {
    await file.close();
  }
  if (bytes === undefined || position === bytes) return;
  // A range may be answered in pieces; a whole file that ends early is another file.
  if (answer.status === 206) {
    const message = `the answer ended after ${position} of ${bytes} bytes`;
    throw new AttemptError({ reason: "cut", origin, message });
  }
  const message = `expected ${bytes} bytes, got ${position}${whoSeemsToAnswer(answer.header)}`;
  throw new AttemptError({ reason: "wrong-content", origin, message });
}

/** Content that the headers already show to be wrong. */
function wrongContent({ status, header }: Answer, { origin }: Append, message: string): AttemptError {
  const said = `${message}${whoSeemsToAnswer(header)}`;
  return new AttemptError({ reason: "wrong-content", origin, message: said, status, beforeBody: true });
}

/** A file of unlisted length that is longer than accepted; asking again is pointless. */
function tooLong(
  { status, header }: Answer,
  { origin, most }: Append,
  got: string,
  beforeBody: boolean,
): AttemptError {
  const message =
    `expected at most ${formatBytes(most)} of a file whose length the list does not state, got ${got}` +
    `${whoSeemsToAnswer(header)}; correct the list, or raise unlistedBytes`;
  return new AttemptError({ reason: "wrong-content", origin, message, status, final: true, beforeBody });
}
