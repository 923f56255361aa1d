import { ModelProto } from "./onnx-proto.js";

/** Name of the metadata that holds a file's digest. */
const KEY = "covidxr_sha256";

/** What stands in place of the digest while it is computed. */
const BLANK = "0".repeat(64);

const encoder = new TextEncoder();
const KEY_BYTES = encoder.encode(KEY);

/** The metadata entry up to its value: fields 1 and 2 of StringStringEntryProto with their lengths. */
const ENTRY = Uint8Array.of(0x0a, KEY_BYTES.length, ...KEY_BYTES, 0x12, BLANK.length);

/**
 * The bytes of an `.onnx` file with their own SHA-256 among its metadata, as `covidxr_sha256`: that of the file with this value
 * replaced by 64 zeros. A second entry says so to whoever finds the first. Bytes that carry one are given back as they are.
 *
 * @throws {Error} as {@link checkGraphDigest}, when they carry that of others.
 */
export async function withGraphDigest(bytes: Uint8Array): Promise<Uint8Array> {
  if (await checkGraphDigest(bytes)) return bytes;
  const metadataProps = [
    { key: `${KEY}_of`, value: `this file with the value of ${KEY} replaced by ${BLANK.length} zeros` },
    { key: KEY, value: BLANK },
  ];
  // Messages of protobuf that follow one another are one message: the entries join those of the graph.
  const end = ModelProto.encode({ metadataProps }).finish();
  const signed = new Uint8Array(bytes.length + end.length);
  signed.set(bytes);
  signed.set(end, bytes.length);
  signed.set(encoder.encode(await sha256Of(signed)), signed.length - BLANK.length);
  return signed;
}

/**
 * Compares an `.onnx` file with the SHA-256 in it.
 *
 * @returns False where it has none, as files of other programs.
 * @throws {Error} when it has another, or names one and has none: one flipped bit cannot hide all of its marks.
 */
export async function checkGraphDigest(bytes: Uint8Array): Promise<boolean> {
  if (find(bytes, KEY_BYTES, 0) < 0) return false;
  const place = find(bytes, ENTRY, 0);
  const isOnly = place >= 0 && find(bytes, ENTRY, place + 1) < 0;
  if (!isOnly) throw new Error(`its ${KEY} is damaged`);
  const start = place + ENTRY.length;
  // A copy: `slice` of a Buffer is none.
  const blank = new Uint8Array(bytes);
  const found = new TextDecoder("latin1").decode(blank.subarray(start, start + BLANK.length));
  blank.set(encoder.encode(BLANK), start);
  if (found.length < BLANK.length || found !== (await sha256Of(blank))) {
    throw new Error(`its SHA-256 is not the ${KEY} in it`);
  }
  return true;
}

/** The first place at `from` or after it where `bytes` has `part`; -1 without one. */
function find(bytes: Uint8Array, part: Uint8Array, from: number): number {
  const first = part[0]!;
  for (let place = bytes.indexOf(first, from); place >= 0; place = bytes.indexOf(first, place + 1)) {
    let length = 1;
    while (length < part.length && bytes[place + length] === part[length]) length += 1;
    if (length === part.length) return place;
  }
  return -1;
}

/** In a browser as in Node, in lower-case hexadecimal. */
async function sha256Of(bytes: Uint8Array): Promise<string> {
  const subtle = globalThis.crypto?.subtle as SubtleCrypto | undefined;
  // Browsers have it on pages that came over https, or from this machine.
  if (subtle === undefined) throw new Error("its SHA-256 cannot be computed here; serve the page over https");
  const digest = await subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
