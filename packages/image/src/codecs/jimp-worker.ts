import { createRequire } from "node:module";
import { Worker } from "node:worker_threads";

/** Raw pixels as jimp's codecs pass them. */
export interface Bitmap {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array | Uint16Array;
}

/** A file for one of jimp's decoders, with the options that the codec takes. */
export interface DecodingJob {
  readonly format: "jpeg" | "png";
  readonly bytes: Uint8Array;
  readonly options: Readonly<Record<string, unknown>>;
}

type Answer =
  | { readonly bitmap: Bitmap; readonly failure?: undefined }
  | { readonly failure: string; readonly bitmap?: undefined };

/** What runs in the thread. It stands here as text, so that the same lines work from sources, packages and bundles. */
const PROGRAM = `
const { parentPort, workerData } = require("node:worker_threads");
parentPort.on("message", ({ format, bytes, options }) => {
  try {
    const codec = require(workerData[format]).default();
    const { width, height, data } = codec.decode(Buffer.from(bytes.buffer), options);
    const whole = data.byteLength === data.buffer.byteLength;
    const pixels = whole ? data : Object.getPrototypeOf(Uint8Array).prototype.slice.call(data);
    parentPort.postMessage({ bitmap: { width, height, data: pixels } }, whole ? [data.buffer] : []);
  } catch (error) {
    parentPort.postMessage({ failure: String(error?.message ?? error) });
  }
});
`;

/** The thread, started at the first file; `null` where none can be. */
let thread: Worker | null | undefined;

/**
 * Decodes off the JavaScript thread, one file at a time.
 *
 * @param stop Ends the decoding, and the thread with it.
 * @returns `null` where no thread can be started: in a bundle without jimp's packages beside it, or in a runtime without
 * threads of Node's kind.
 */
export async function decodeInThread(job: DecodingJob, stop: AbortSignal): Promise<Bitmap | null> {
  const worker = thread === undefined ? startThread() : thread;
  thread = worker;
  if (worker === null) return null;
  const answer = await ask(worker, job, stop);
  if (answer === null) {
    thread = null;
    return null;
  }
  if (answer.bitmap === undefined) throw new Error(answer.failure);
  return ownRealm(answer.bitmap);
}

function startThread(): Worker | null {
  try {
    const { resolve } = createRequire(import.meta.url);
    const codecs = { jpeg: resolve("@jimp/js-jpeg"), png: resolve("@jimp/js-png") };
    const worker = new Worker(PROGRAM, { eval: true, workerData: codecs, execArgv: [] });
    // One that ends while it has nothing to do is started anew.
    worker.on("error", () => {
      if (thread === worker) thread = undefined;
    });
    return worker;
  } catch {
    return null;
  }
}

function ask(worker: Worker, { bytes, ...job }: DecodingJob, stop: AbortSignal): Promise<Answer | null> {
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      worker.off("message", take);
      worker.off("error", fail);
      stop.removeEventListener("abort", end);
      worker.unref();
    };
    const take = (answer: Answer): void => {
      settle();
      resolve(answer);
    };
    const fail = (error: NodeJS.ErrnoException): void => {
      settle();
      if (error.code === "ERR_WORKER_OUT_OF_MEMORY") {
        thread = undefined;
        reject(error);
      } else resolve(null);
    };
    const end = (): void => {
      settle();
      thread = undefined;
      worker.terminate().catch(() => undefined);
      reject(stop.reason);
    };
    worker.on("message", take);
    worker.on("error", fail);
    stop.addEventListener("abort", end, { once: true });
    // The program waits for this answer, but not for an idle thread.
    worker.ref();
    const copy = Uint8Array.from(bytes);
    worker.postMessage({ ...job, bytes: copy }, [copy.buffer]);
  });
}

/** The same memory in this realm's classes. */
function ownRealm({ width, height, data }: Bitmap): Bitmap {
  const { buffer, byteOffset, length } = data;
  const isWide = data.BYTES_PER_ELEMENT === 2;
  return {
    ...{ width, height },
    data: isWide ? new Uint16Array(buffer, byteOffset, length) : new Uint8Array(buffer, byteOffset, length),
  };
}
