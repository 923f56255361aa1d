import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { FileError } from "@covidxr/core";
import { writeFileAtomic } from "@covidxr/core/files";
import type { Checkpoint } from "./checkpoint.js";
import { decodeCheckpoint, encodeCheckpoint } from "./encode-checkpoint.js";

/** Checkpoints that are kept, so that a torn latest one costs one epoch only. */
const KEPT = 2;

const NAME = /^epoch-(\d+)\.safetensors$/;
/** What a process leaves that was killed while it wrote. */
const UNFINISHED = /^epoch-\d+\.safetensors\.\d+$/;

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
  const unfinished = (await namesIn(folder)).filter((name) => UNFINISHED.test(name));
  for (const name of [...epochs.slice(KEPT).map(nameOf), ...unfinished]) {
    await rm(join(folder, name), { force: true });
  }
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
  const names = await namesIn(folder);
  const own = names.filter((name) => NAME.test(name) || UNFINISHED.test(name));
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
