import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { FileError, InvalidArgumentError } from "@covidxr/core";
import { checkDigestBeside, writeDigestBeside, writeFileAtomic } from "@covidxr/core/files";
import { checkArguments, describeValue, formatBytes } from "@covidxr/core/internal";
import { withGraphDigest } from "../graph/graph-digest.js";
import { createSession, type Session, type SessionOptions } from "./session.js";

/** Protobuf's own limit: https://protobuf.dev/programming-guides/proto-limits. */
const MAX_BYTES = 2 ** 31 - 1;

/** A file that {@link saveGraph} wrote. */
export interface SavedGraph {
  /** SHA-256 of the whole file, hexadecimal, as in `PATH.sha256`. */
  readonly sha256: string;
  readonly bytes: number;
}

/**
 * Saves a graph as an `.onnx` file that says whether it was altered: with its SHA-256 among its metadata (`covidxr_sha256`: that of
 * the file with this value replaced by 64 zeros) and that of the whole file in `PATH.sha256` beside it, for `sha256sum --check`.
 * {@link loadGraph} checks both.
 *
 * @param bytes As `compileInference` gives them; those of other programs are saved alike.
 * @throws {InvalidArgumentError} (`bytes`) when they carry the digest of others.
 * @throws {FileError} `"unwritable"`.
 */
export async function saveGraph(bytes: Uint8Array, path: string): Promise<SavedGraph> {
  checkArguments({ path }, { path: "string" });
  if (Object.prototype.toString.call(bytes) !== "[object Uint8Array]") {
    throw new InvalidArgumentError({
      parameter: "bytes",
      value: bytes,
      message: `expected the bytes of an .onnx file, got ${describeValue(bytes)}; take those of compileInference`,
    });
  }
  const signed = await withGraphDigest(bytes).catch((cause) => {
    throw new InvalidArgumentError({
      parameter: "bytes",
      value: `${bytes.length} bytes`,
      message: `expected the bytes of a whole .onnx file, got altered ones (${(cause as Error).message}); compile it again`,
      cause,
    });
  });
  const sha256 = digestOf(signed);
  await writeFileAtomic(path, signed);
  await writeDigestBeside(path, sha256);
  return { sha256, bytes: signed.length };
}

/**
 * Opens an `.onnx` file in onnxruntime, after comparing it with the SHA-256 in it and with that of `PATH.sha256`, where there are
 * any. A file of another program has none: of its content only what onnxruntime refuses is noticed.
 *
 * @throws {FileError} `"missing"`; `"unreadable"`; `"corrupt"` when a digest differs, or onnxruntime refuses the content.
 * @throws {InvalidArgumentError} on options, as `createSession`.
 */
export async function loadGraph(path: string, options: SessionOptions = {}): Promise<Session> {
  checkArguments({ path }, { path: "string" });
  const bytes = await readGraph(path);
  await checkDigestBeside(path, digestOf(bytes));
  return createSession(bytes, options).catch((cause) => {
    if (!(cause instanceof InvalidArgumentError && cause.parameter === "bytes")) throw cause;
    throw new FileError({ path, reason: "corrupt", message: cause.message, cause });
  });
}

async function readGraph(path: string): Promise<Uint8Array> {
  const refuse = (reason: "missing" | "unreadable", message: string, cause?: unknown): never => {
    throw new FileError({ path, reason, message, cause });
  };
  try {
    const found = await stat(path);
    if (!found.isFile())
      refuse("unreadable", "expected an .onnx file, got a folder or device; name the file");
    if (found.size > MAX_BYTES) {
      refuse(
        "unreadable",
        `expected an .onnx file below 2 GiB, got ${formatBytes(found.size)}; save a smaller one`,
      );
    }
    return await readFile(path);
  } catch (cause) {
    if (cause instanceof FileError) throw cause;
    const isMissing = ["ENOENT", "ENOTDIR"].includes((cause as NodeJS.ErrnoException).code ?? "");
    return isMissing
      ? refuse("missing", "expected an .onnx file, found none; check the path", cause)
      : refuse(
          "unreadable",
          `expected a readable .onnx file, got ${(cause as Error).message}; check its permissions`,
          cause,
        );
  }
}

const digestOf = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
