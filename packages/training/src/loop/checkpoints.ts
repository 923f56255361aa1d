import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { FileError } from "@covidxr/core";
import { cacheKey, writeFileAtomic } from "@covidxr/core/files";
import { sweepTemporaryFiles } from "@covidxr/core/files-internal";
import { checkArguments } from "@covidxr/core/internal";

/** The state of something at the end of an epoch, as arrays and plain JSON. */
export interface Checkpoint {
  /** 1-based epoch that was finished. */
  readonly epoch: number;
  /** Plain JSON; NaN and infinite numbers become null. */
  readonly state: unknown;
  readonly arrays: ReadonlyMap<string, Float32Array>;
}

/** Checkpoints that are kept, so that a torn latest one costs one epoch only. */
const KEPT = 2;

const NAME = /^epoch-(\d+)\.safetensors$/;

/** What {@link latestCheckpoint} found. */
export interface FoundCheckpoint {
  /** The latest whole one, if any. */
  readonly checkpoint: Checkpoint | undefined;
  /** Later files that were cut short or altered. */
  readonly damaged: readonly string[];
}

/**
 * Writes a checkpoint under its epoch, whole or not at all, then removes all but the latest two.
 *
 * @throws {FileError} with reason `"unwritable"`.
 */
export async function writeCheckpoint(folder: string, checkpoint: Checkpoint): Promise<void> {
  await writeFileAtomic(join(folder, nameOf(checkpoint.epoch)), encodeCheckpoint(checkpoint));
  const epochs = (await epochsIn(folder)).filter((epoch) => epoch <= checkpoint.epoch);
  for (const epoch of epochs.slice(KEPT)) await rm(join(folder, nameOf(epoch)), { force: true });
}

/**
 * The latest checkpoint in `folder` that is whole.
 *
 * @throws {FileError} with reason `"unreadable"` when the folder or a file in it cannot be read.
 */
export async function latestCheckpoint(folder: string): Promise<FoundCheckpoint> {
  const damaged: string[] = [];
  for (const epoch of await epochsIn(folder)) {
    const path = join(folder, nameOf(epoch));
    const checkpoint = decodeCheckpoint(await readFile(path).catch((cause) => unreadable(path, cause)));
    if (checkpoint !== undefined) return { checkpoint, damaged };
    damaged.push(path);
  }
  return { checkpoint: undefined, damaged };
}

/** Removes the checkpoints in `folder`, and the folder when nothing else is in it. */
export async function removeCheckpoints(folder: string): Promise<void> {
  checkArguments({ folder }, { folder: "string" });
  await sweepTemporaryFiles(folder);
  const names = await namesIn(folder);
  const own = names.filter((name) => NAME.test(name));
  for (const name of own) await rm(join(folder, name), { force: true });
  if (names.length > 0 && own.length === names.length) await rm(folder, { recursive: true, force: true });
}

const nameOf = (epoch: number): string => `epoch-${String(epoch).padStart(6, "0")}.safetensors`;

/** Epochs that have a file, the latest first. */
async function epochsIn(folder: string): Promise<number[]> {
  return (await namesIn(folder))
    .flatMap((name) => NAME.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => b - a);
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch((cause) => {
    if (cause.code === "ENOENT") return [];
    return unreadable(folder, cause);
  });
}

function unreadable(path: string, cause: Error): never {
  throw new FileError({
    path,
    reason: "unreadable",
    message: `cannot be read (${cause.message}); choose another folder for checkpoints`,
    cause,
  });
}

/** Bytes of the length in front of a safetensors header. */
const LENGTH_BYTES = 8;

interface TensorEntry {
  readonly dtype: "F32";
  readonly shape: readonly number[];
  /** First byte and the byte after the last, from the end of the header on. */
  readonly data_offsets: readonly [number, number];
}

/**
 * A checkpoint as the bytes of a safetensors file (huggingface.co/docs/safetensors): an 8-byte little-endian header
 * length, the header as JSON, the arrays. Its metadata hold the state, and a SHA-256 over everything, which
 * safetensors itself lacks.
 */
export function encodeCheckpoint({ epoch, state, arrays }: Checkpoint): Uint8Array {
  // Without a prototype: an array may have any name, `__proto__` too.
  const entries: Record<string, TensorEntry> = Object.create(null);
  let end = 0;
  for (const [name, array] of arrays) {
    const start = end;
    end += array.byteLength;
    entries[name] = { dtype: "F32", shape: [array.length], data_offsets: [start, end] };
  }
  const data = new Uint8Array(end);
  for (const [name, array] of arrays) {
    data.set(
      new Uint8Array(array.buffer, array.byteOffset, array.byteLength),
      entries[name]!.data_offsets[0],
    );
  }
  const text = JSON.stringify({ epoch, state });
  const sha256 = cacheKey(text, entries, data);
  const header = Buffer.from(JSON.stringify({ __metadata__: { checkpoint: text, sha256 }, ...entries }));
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeBigUInt64LE(BigInt(header.byteLength));
  return Buffer.concat([length, header, data]);
}

/** The checkpoint in a file's bytes, or undefined when they are cut short, altered or no checkpoint at all. */
export function decodeCheckpoint(bytes: Uint8Array): Checkpoint | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.byteLength < LENGTH_BYTES) return undefined;
  const headerEnd = LENGTH_BYTES + Number(buffer.readBigUInt64LE());
  if (headerEnd > buffer.byteLength) return undefined;
  try {
    const { __metadata__: metadata, ...entries } = JSON.parse(
      buffer.toString("utf8", LENGTH_BYTES, headerEnd),
    ) as { __metadata__: { checkpoint: string; sha256: string } } & Record<string, TensorEntry>;
    const data = buffer.subarray(headerEnd);
    if (cacheKey(metadata.checkpoint, entries, data) !== metadata.sha256) return undefined;
    const { epoch, state } = JSON.parse(metadata.checkpoint) as { epoch: number; state: unknown };
    // Copied, since the header's length decides where the data lies and float32 needs multiples of four.
    const whole = Uint8Array.from(data);
    const arrays = new Map(
      Object.entries(entries).map(
        ([
          name,
          {
            data_offsets: [start, end],
          },
        ]) => [name, new Float32Array(whole.buffer, start, (end - start) / Float32Array.BYTES_PER_ELEMENT)],
      ),
    );
    return { epoch, state, arrays };
  } catch {
    // Not JSON, or JSON of another form.
    return undefined;
  }
}
