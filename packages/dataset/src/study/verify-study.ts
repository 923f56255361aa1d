import { join } from "node:path";
import { throwIfInterrupted } from "@covidxr/core/internal";
import { verifyFile } from "@covidxr/download";
import { studyFiles } from "./manifest.js";

/** How the files of a study folder compare with the published ones. */
export interface VerifiedStudy {
  /** Files that the study is. */
  readonly files: number;
  /** Those that are there, as published. */
  readonly verified: number;
  /** Paths of those that are there with other content, the tables first. */
  readonly different: readonly string[];
}

/**
 * Compares each file of the study with its published length and digests, wherever the folder came from.
 *
 * @throws {FileError} `"unreadable"`.
 * @throws {InterruptedError} when `signal` fires.
 */
export async function verifyStudy(
  folder: string,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<VerifiedStudy> {
  const files = studyFiles();
  const different: string[] = [];
  let verified = 0;
  // The manifest begins with the tables.
  for (const file of files) {
    throwIfInterrupted(signal, "verifying the study");
    const state = await verifyFile(join(folder, file.path), file);
    if (state === "verified") verified++;
    else if (state === "different") different.push(file.path);
  }
  return { files: files.length, verified, different };
}
