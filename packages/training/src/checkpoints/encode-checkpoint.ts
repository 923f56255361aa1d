import { cacheKey } from "@covidxr/core/files";
import type { Checkpoint } from "./checkpoint.js";

/** Bytes of the length in front of a safetensors header. */
const LENGTH_BYTES = 8;

interface TensorEntry {
  readonly dtype: "F32";
  readonly shape: readonly number[];
  /** First byte and the byte behind the last, from the end of the header on. */
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
