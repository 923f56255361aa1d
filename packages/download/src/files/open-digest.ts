import { createHash, type Hash } from "node:crypto";
import { InvalidArgumentError } from "@covidxr/core";
import type { Digests } from "./published-file.js";

const KINDS: Readonly<Record<keyof Digests, { readonly name: string; readonly algorithm: string }>> = {
  sha256: { name: "SHA-256", algorithm: "sha256" },
  gitBlobSha1: { name: "git blob SHA-1", algorithm: "sha1" },
  md5: { name: "MD5", algorithm: "md5" },
};

/** A digest that is being made. */
export interface OpenDigest {
  /** Its name in words. */
  readonly name: string;
  readonly hash: Hash;
}

/**
 * Begins one digest of a file.
 *
 * @param bytes Length of the file, which git's digest begins with.
 * @throws {InvalidArgumentError} (`digests`) when this Node cannot make it, as MD5 where only FIPS 140 is allowed.
 */
export function openDigest(kind: keyof Digests, bytes: number): OpenDigest {
  const { name, algorithm } = KINDS[kind];
  let hash: Hash;
  try {
    hash = createHash(algorithm);
  } catch (cause) {
    throw new InvalidArgumentError({
      parameter: "digests",
      value: kind,
      message:
        `expected digests that this Node can make, got ${name}, which it or its OpenSSL forbids, as in FIPS mode; ` +
        "use one that allows it, or a list with SHA-256",
      cause,
    });
  }
  if (kind === "gitBlobSha1") hash.update(`blob ${bytes}\0`);
  return { name, hash };
}
