import { AttemptFault } from "../transport/attempt-fault.js";
import type { Answer } from "../transport/exchange.js";
import { printable } from "../transport/printable.js";
import { proxyPasswordWords } from "../transport/proxy-password-words.js";
import { retryAfter } from "../transport/retry-after.js";
import { whoSeemsToAnswer } from "../transport/who-seems-to-answer.js";
import { formatBytes } from "./format-bytes.js";
import { openPart, writeFully } from "./part-file.js";

/** Where an answer goes, and who hears of it. */
export interface Append {
  readonly part: string;
  /** Bytes of the part that are there. */
  readonly held: number;
  /** Bytes of the whole file; undefined as long as nobody has said. */
  readonly bytes: number | undefined;
  /** Longest file that is taken as long as nobody has said. */
  readonly most: number;
  readonly origin: string;
  /** Called with the length of the whole file that the server states, where it was not known; nothing is written when it throws. */
  readonly onLength: (bytes: number) => Promise<void>;
  /** Called with the new length of the part. */
  readonly onHeld: (bytes: number) => void;
  /** Called with bytes that came, also those that are there already. */
  readonly onReceived: (bytes: number) => void;
  /** Throws when another process has taken the folder, and may have given this very file its final name. */
  readonly assertHeld: () => Promise<void>;
  /** Turns an error of the disk into one for the caller. */
  readonly diskError: (error: unknown) => Error;
}

/** Neither here nor to be had, by the law either (RFC 9110, 15.5.5 and 15.5.11; RFC 7725). */
const ABSENT = [404, 410, 451];
/** Client errors that pass (RFC 9110, 15.5.9; RFC 8470; RFC 6585). */
const AGAIN = [408, 425, 429];
/** Server errors that do not: not implemented, version not supported. */
const NEVER = [501, 505];

/**
 * Writes an answer's body to the end of a part. An answer that begins at the file's start is skipped as far as the part
 * reaches, so that a server without ranges never makes a part shorter.
 *
 * @returns `"no-range"` when the server gave another range than was asked for, or has none; nothing was written.
 * @throws {AttemptFault} on any other answer than the file, and on a body that ends early or does not end.
 */
export async function appendAnswer(answer: Answer, target: Append): Promise<"whole" | "no-range"> {
  try {
    checkStatus(answer, target);
    if (answer.status === 416) return "no-range";
    const body = bodyOf(answer, target);
    if (body === undefined) return "no-range";
    if (target.bytes === undefined && body.bytes !== undefined) {
      if (body.bytes > target.most) throw tooLong(target, `${body.bytes}`, answer, true);
      await target.onLength(body.bytes);
    }
    await writeBody(answer, target, body);
    return "whole";
  } finally {
    answer.end();
  }
}

function checkStatus(answer: Answer, { origin, bytes, held }: Append): void {
  const { status, statusText, proxy } = answer;
  if (status === 200 || status === 206 || (status === 416 && held > 0)) return;
  if (status >= 200 && status < 300) {
    throw wrongContent(origin, `expected ${words(bytes)}, got ${statusText}`, answer);
  }
  const by = proxy === undefined ? "" : ` (by the proxy ${proxy.url})`;
  if ((status >= 500 && !NEVER.includes(status)) || AGAIN.includes(status)) {
    const seconds = retryAfter(answer.header("retry-after"), answer.header("date"));
    const message = `${statusText}${by}`;
    throw new AttemptFault({ reason: "overloaded", origin, status, message, retryAfter: seconds });
  }
  const isAbsent = ABSENT.includes(status);
  const message = isAbsent
    ? `${status === 451 ? "the file is withheld" : "there is no such file"} (${statusText})`
    : status === 407 && proxy !== undefined
      ? proxyPasswordWords(proxy)
      : `the server refuses it (${statusText})${by}`;
  throw new AttemptFault({
    reason: isAbsent ? "not-found" : "refused",
    origin,
    status,
    final: true,
    message,
  });
}

/** Where an answer's body belongs. */
interface Body {
  /** The file's byte that it begins with. */
  readonly start: number;
  /** Bytes of the whole file; undefined when neither list nor server knows. */
  readonly bytes: number | undefined;
}

/** Undefined for a range that is of no use. */
function bodyOf(answer: Answer, { origin, bytes, held }: Append): Body | undefined {
  const encoding = answer.header("content-encoding")?.trim().toLowerCase() ?? "identity";
  if (encoding !== "identity" && encoding !== "") {
    const message = `expected the file as it is, got content-encoding ${printable(encoding)}`;
    throw wrongContent(origin, message, answer);
  }
  if (answer.status === 200) {
    const length = answer.header("content-length");
    const stated = length === undefined ? bytes : Number(length);
    if (stated !== (bytes ?? stated)) {
      throw wrongContent(origin, `expected ${bytes} bytes, got ${stated}`, answer);
    }
    return { start: 0, bytes: stated };
  }
  const range = /^bytes (\d+)-(\d+)\/(\d+|\*)$/i.exec(answer.header("content-range")?.trim() ?? "");
  if (!range || Number(range[1]) !== held) return undefined;
  const stated = range[3] === "*" ? bytes : Number(range[3]);
  if (stated !== (bytes ?? stated)) {
    throw wrongContent(origin, `expected ${bytes} bytes, got ${stated}`, answer);
  }
  return { start: held, bytes: stated };
}

async function writeBody(answer: Answer, target: Append, { start, bytes }: Body): Promise<void> {
  const { origin } = target;
  const end = bytes ?? target.most;
  const file = await openPart(target.part, target.held);
  let held = target.held;
  let position = start;
  try {
    for (let pieces = await answer.take(); pieces; pieces = await answer.take()) {
      await target.assertHeld();
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
        if (position > end) {
          if (bytes === undefined) throw tooLong(target, "more", answer, false);
          const message = `expected ${bytes} bytes, got more${whoSeemsToAnswer(answer)}`;
          throw new AttemptFault({ reason: "wrong-content", origin, message });
        }
      }
    }
  } finally {
    await file.close();
  }
  if (bytes === undefined || position === bytes) return;
  // Ranges may be answered in pieces; a whole file that ends early is another file.
  if (answer.status === 206) {
    throw new AttemptFault({
      reason: "cut",
      origin,
      message: `the answer ended after ${position} of ${bytes} bytes`,
    });
  }
  throw new AttemptFault({
    reason: "wrong-content",
    origin,
    message: `expected ${bytes} bytes, got ${position}${whoSeemsToAnswer(answer)}`,
  });
}

function words(bytes: number | undefined): string {
  return bytes === undefined ? "the file" : `${bytes} bytes`;
}

/** Content whose headers say already that it is another. */
function wrongContent(origin: string, message: string, answer: Answer): AttemptFault {
  const { status } = answer;
  const said = `${message}${whoSeemsToAnswer(answer)}`;
  return new AttemptFault({ reason: "wrong-content", origin, message: said, status, beforeBody: true });
}

/** A file whose length no list knows, and which is longer than is taken without one; asking again is of no use. */
function tooLong({ origin, most }: Append, got: string, answer: Answer, beforeBody: boolean): AttemptFault {
  const message =
    `expected ${formatBytes(most)} at most of a file whose length the list does not know, got ${got}` +
    `${whoSeemsToAnswer(answer)}; correct the list, or raise unlistedBytes`;
  const { status } = answer;
  return new AttemptFault({ reason: "wrong-content", origin, message, status, final: true, beforeBody });
}
