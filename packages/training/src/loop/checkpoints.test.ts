import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, readFile, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FileError } from "@covidxr/core";
import { temporaryPath } from "@covidxr/core/files-internal";
import { beforeEach, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  type Checkpoint,
  decodeCheckpoint,
  encodeCheckpoint,
  latestCheckpoint,
  removeCheckpoints,
  writeCheckpoint,
} from "./checkpoints.js";

let folder: string;
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), "covidxr-")), "checkpoints");
});

const checkpoint = (epoch: number): Checkpoint => ({
  epoch,
  state: { key: "run", note: `after ${epoch}` },
  arrays: new Map([
    ["weight:dense/kernel", Float32Array.of(epoch, -0, 1e-40, Number.POSITIVE_INFINITY)],
    ["empty", new Float32Array(0)],
  ]),
});

const fileOf = (epoch: number): string => join(folder, `epoch-${String(epoch).padStart(6, "0")}.safetensors`);

describe("the encoding", () => {
  test("gives back every bit", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e6 }),
        fc.jsonValue(),
        fc.dictionary(fc.string(), fc.float32Array({ maxLength: 20 }), { noNullPrototype: true }),
        (epoch, state, arrays) => {
          const kept = {
            epoch,
            state: JSON.parse(JSON.stringify(state)),
            arrays: new Map(Object.entries(arrays)),
          };
          const { __metadata__: _, ...usable } = arrays;
          kept.arrays = new Map(Object.entries(usable));
          expect(decodeCheckpoint(encodeCheckpoint(kept))).toEqual(kept);
        },
      ),
    );
  });

  test("is a safetensors file", () => {
    const bytes = Buffer.from(encodeCheckpoint(checkpoint(3)));
    const headerEnd = 8 + Number(bytes.readBigUInt64LE());
    const header = JSON.parse(bytes.toString("utf8", 8, headerEnd));
    expect(header["weight:dense/kernel"]).toEqual({ dtype: "F32", shape: [4], data_offsets: [0, 16] });
    expect(bytes.readFloatLE(headerEnd)).toBe(3);
    expect(bytes.byteLength).toBe(headerEnd + 16);
  });

  test("notices any cut and any flipped bit", () => {
    const bytes = encodeCheckpoint(checkpoint(3));
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: bytes.length - 1 }),
        fc.integer({ min: 0, max: 7 }),
        (at, bit) => {
          expect(decodeCheckpoint(bytes.subarray(0, at))).toBeUndefined();
          const altered = Uint8Array.from(bytes);
          altered[at]! ^= 1 << bit;
          expect(decodeCheckpoint(altered)).toBeUndefined();
        },
      ),
    );
  });
});

describe("the folder", () => {
  test("keeps the latest two and finds the latest", async () => {
    for (const epoch of [8, 9, 10, 11]) await writeCheckpoint(folder, checkpoint(epoch));
    expect((await readdir(folder)).sort()).toEqual(["epoch-000010.safetensors", "epoch-000011.safetensors"]);
    expect(await latestCheckpoint(folder)).toEqual({ checkpoint: checkpoint(11), damaged: [] });
  });

  test("falls back to the one before when the latest is torn or altered", async () => {
    await writeCheckpoint(folder, checkpoint(1));
    await writeCheckpoint(folder, checkpoint(2));
    const bytes = await readFile(fileOf(2));
    await truncate(fileOf(2), bytes.length - 1);
    expect(await latestCheckpoint(folder)).toEqual({ checkpoint: checkpoint(1), damaged: [fileOf(2)] });
    bytes[bytes.length - 1]! ^= 1;
    await writeFile(fileOf(2), bytes);
    expect(await latestCheckpoint(folder)).toEqual({ checkpoint: checkpoint(1), damaged: [fileOf(2)] });
  });

  test("has none when it is absent, empty or all is torn", async () => {
    expect(await latestCheckpoint(folder)).toEqual({ checkpoint: undefined, damaged: [] });
    await writeCheckpoint(folder, checkpoint(1));
    await writeFile(fileOf(1), "");
    expect(await latestCheckpoint(folder)).toEqual({ checkpoint: undefined, damaged: [fileOf(1)] });
  });

  test("a path that is a file is an error with its path", async () => {
    await writeFile(folder, "");
    await expect(latestCheckpoint(folder)).rejects.toBeInstanceOf(FileError);
    await expect(latestCheckpoint(folder)).rejects.toMatchObject({ path: folder, reason: "unreadable" });
    await expect(writeCheckpoint(folder, checkpoint(1))).rejects.toMatchObject({ reason: "unwritable" });
  });

  test("what a killed process left half written is no checkpoint, and goes with the folder", async () => {
    await writeCheckpoint(folder, checkpoint(1));
    const { pid } = spawnSync(process.execPath, ["-e", ""]);
    await writeFile(temporaryPath(folder).replace(/-\d+-\d+-/, `-${pid}-1-`), "half");
    expect((await latestCheckpoint(folder)).checkpoint?.epoch).toBe(1);
    await removeCheckpoints(folder);
    await expect(readdir(folder)).rejects.toMatchObject({ code: "ENOENT" });
  });

  test("is removed with its checkpoints, but not with anything else in it", async () => {
    await removeCheckpoints(folder);
    await writeCheckpoint(folder, checkpoint(1));
    await writeFile(join(folder, "notes.txt"), "");
    await removeCheckpoints(folder);
    expect(await readdir(folder)).toEqual(["notes.txt"]);
  });
});
