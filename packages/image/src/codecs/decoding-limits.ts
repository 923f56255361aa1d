import { ImageError, InterruptedError, InvalidArgumentError } from "@covidxr/core";
import { throwIfInterrupted } from "@covidxr/core/internal";
import { SIDE_LIMIT } from "../pixels/image.js";
import type { ImageHeader } from "./image-header.js";

/** Radiographs have up to about 30 million pixels; jimp takes 1.3 GB for 40 million. */
const PIXEL_LIMIT = 40_000_000;

/** Seconds that any image may take, and those for each million pixels: ten times what jimp needs on a busy machine. */
const BASE_SECONDS = 30;
const SECONDS_PER_MEGAPIXEL = 2;

const OPERATION = "decoding an image";

/** @throws {InvalidArgumentError} */
export function checkPixelLimit(pixelLimit: number = PIXEL_LIMIT): void {
  if (pixelLimit >= 1) return;
  throw new InvalidArgumentError({
    parameter: "pixelLimit",
    value: pixelLimit,
    message: `expected a number of pixels of 1 or more, got ${pixelLimit}`,
  });
}

/** @throws {ImageError} with reason `"too-large"` when a header declares more than may be decoded. */
export function checkDeclaredSize(
  { width, height }: ImageHeader,
  name: string,
  pixelLimit: number = PIXEL_LIMIT,
): void {
  const refuse = (expected: string, remedy: string): never => {
    throw new ImageError({
      image: name,
      reason: "too-large",
      message: `expected at most ${expected}, got ${width} × ${height}; ${remedy}`,
    });
  };
  // A PNG could declare 2 billion, and a decoder spends its time on each row.
  if (Math.max(width, height) > SIDE_LIMIT) refuse(`${SIDE_LIMIT} pixels a side`, "make the image smaller");
  if (width * height <= pixelLimit) return;
  refuse(
    `${pixelLimit} pixels`,
    "make the image smaller, or raise pixelLimit if it is meant to be that large",
  );
}

/** What a decoding is held to. */
export interface DecodingLimits {
  /** Of the image, for errors. */
  readonly name: string;
  readonly signal: AbortSignal | undefined;
  /** Whether no other image is decoded beside it. */
  readonly alone: boolean;
}

/**
 * Runs one decoding, when those under way leave it room: together they hold no more pixels than one image may have.
 *
 * @param work Gets a signal that fires on the caller's abort or when the time is up.
 * @throws {ImageError} with reason `"too-large"` when the time is up.
 * @throws {InterruptedError} as soon as the caller's signal fires.
 */
export async function decodeWithinLimits<Result>(
  { width, height }: ImageHeader,
  { name, signal, alone }: DecodingLimits,
  work: (stop: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const pixels = width * height;
  const seconds = BASE_SECONDS + Math.ceil((pixels / 1e6) * SECONDS_PER_MEGAPIXEL);
  const decoding = withRoom(alone ? PIXEL_LIMIT : Math.min(pixels, PIXEL_LIMIT), async () => {
    throwIfInterrupted(signal, OPERATION);
    const time = AbortSignal.timeout(seconds * 1000);
    const stop = signal === undefined ? time : AbortSignal.any([signal, time]);
    try {
      return await unlessAborted(work(stop), stop);
    } catch (error) {
      if (time.aborted && signal?.aborted !== true) throw tooSlow(name, seconds);
      throw error;
    }
  });
  return unlessAborted(decoding, signal).catch((error: unknown) => {
    if (signal?.aborted)
      throw new InterruptedError({ operation: OPERATION, message: `${OPERATION} was interrupted` });
    throw error;
  });
}

function tooSlow(name: string, seconds: number): ImageError {
  return new ImageError({
    image: name,
    reason: "too-large",
    message: `expected an image that is decoded within ${seconds} s, got none by then; save it anew or make it smaller`,
  });
}

/** Rejects at once when the signal fires, whatever becomes of the work. */
function unlessAborted<Result>(work: Promise<Result>, signal: AbortSignal | undefined): Promise<Result> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason);
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) stop();
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}

/** Pixels that may still be taken on, and who waits for them, first come, first served. */
let room = PIXEL_LIMIT;
const waiting: { readonly pixels: number; readonly start: () => void }[] = [];

async function withRoom<Result>(pixels: number, work: () => Promise<Result>): Promise<Result> {
  await new Promise<void>((start) => {
    waiting.push({ pixels, start });
    startWaiting();
  });
  try {
    return await work();
  } finally {
    room += pixels;
    startWaiting();
  }
}

function startWaiting(): void {
  for (let next = waiting[0]; next !== undefined && next.pixels <= room; next = waiting[0]) {
    waiting.shift();
    room -= next.pixels;
    next.start();
  }
}
