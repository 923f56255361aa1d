import { createHash } from "node:crypto";
import type { Rng } from "@covidxr/core";

/** How an input was altered. */
export interface Mutation {
  /** In a few words. */
  readonly what: string;
  /**
   * Nothing in the input could show it: there is no digest or checksum over the altered part, or it was made anew, as a stranger
   * could. @defaultValue false
   */
  readonly unsealed?: boolean;
}

/** What a program makes of an input. */
export interface Use {
  /** What is computed from the input, as JSON; equal values are equal results. */
  readonly value: unknown;
  /** What the user is told beside it. */
  readonly said?: readonly string[];
  /** Something that must never happen, whatever the input, such as a file written elsewhere. */
  readonly wrong?: string | undefined;
}

/** One kind of input: where it comes from, how it is altered, and who reads it. */
export interface Group {
  /** Writes inputs into an empty folder, each into a folder of its own. */
  prepare(folder: string): Promise<void>;
  /** Alters an input in place. */
  mutate(input: Input, rng: Rng): Promise<Mutation>;
  /** Reads an input as a user's program does. */
  use(input: Input): Promise<Use>;
}

/** A copy of an input that a trial may alter. */
export interface Input {
  /** The folder's name in the folder that {@link Group.prepare} filled. */
  readonly name: string;
  readonly folder: string;
  /** A folder that no program may touch on its own; what it holds is {@link SECRET}. */
  readonly outside: string;
}

/** Content of the file in the folder outside, which must turn up nowhere. */
export const SECRET = "a secret that lies elsewhere";

/** SHA-256 of bytes in hexadecimal. */
export const digestOf = (bytes: Uint8Array | string): string =>
  createHash("sha256").update(bytes).digest("hex");
