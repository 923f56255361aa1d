import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { WeightsError } from "@covidxr/core";
import { checkDigestBeside } from "@covidxr/core/files";
import { IMAGENET_WEIGHTS } from "./weights-file.js";

/** Which weights a file holds. */
export interface WeightsIdentity {
  /** SHA-256 of the file, lower-case hexadecimal. */
  readonly sha256: string;
  /** Whether it is the file that Keras publishes, by its published digest. */
  readonly published: boolean;
  /** Whether a digest says that it is as it should be: the published one, or that of `FILE.sha256` beside it. */
  readonly vouched: boolean;
}

/**
 * Says whether a file is the published one, wherever it lies. Weights of one's own are welcome; what has the published file's
 * length and not its content is a damaged copy, unless `FILE.sha256` beside it says that it is meant.
 *
 * @param path An existing file.
 * @param weights What was asked for; `"imagenet"` means the published file alone.
 * @throws {WeightsError} `"altered"`.
 * @throws {FileError} `"corrupt"` when `FILE.sha256` says otherwise.
 */
export async function identifyWeights(path: string, weights = path): Promise<WeightsIdentity> {
  const { bytes, digests, file } = IMAGENET_WEIGHTS;
  const isItsLength = (await stat(path)).size === bytes;
  const [sha256, md5] = [createHash("sha256"), isItsLength ? createHash("md5") : undefined];
  try {
    for await (const part of createReadStream(path, { highWaterMark: 2 ** 20 })) {
      sha256.update(part);
      md5?.update(part);
    }
  } catch (cause) {
    throw new WeightsError({
      source: path,
      reason: "unreadable",
      message: `expected a readable file, got ${(cause as Error).message}; check the disk and its permissions`,
      cause,
    });
  }
  const digest = sha256.digest("hex");
  if (md5?.digest("hex") === digests.md5) return { sha256: digest, published: true, vouched: true };
  const refuse = (remedy: string): never => {
    throw new WeightsError({
      source: path,
      reason: "altered",
      message: `expected the published VGG19 weights (${bytes} bytes, MD5 ${digests.md5}), got other content (SHA-256 ${digest}); ${remedy}`,
    });
  };
  if (weights === "imagenet") {
    refuse(
      'fetch them with fetchWeights("imagenet"), or name a file of your own by its path with weights: "FILE"',
    );
  }
  const vouched = await checkDigestBeside(path, digest);
  if (isItsLength && !vouched) {
    refuse(
      `a file of this length is a damaged ${file}; fetch it again with fetchWeights("imagenet"), or, if these are weights of your own, write their digest beside them (sha256sum FILE > FILE.sha256)`,
    );
  }
  return { sha256: digest, published: false, vouched };
}
