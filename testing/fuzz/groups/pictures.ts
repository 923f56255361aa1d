import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import type { Rng } from "@covidxr/core";
import { prepareImages } from "@covidxr/image";
import { digestOf, type Group, type Input } from "../group.js";
import { mutateBytes, pick } from "../mutators.js";

const FIXTURES = "packages/image/fixtures/codecs.json";

/** Small files of every kind that is read: PNG and JPEG, by both decoders. */
export const pictures: Group = {
  async prepare(folder) {
    const { files } = JSON.parse(await readFile(FIXTURES, "utf8")) as {
      files: { name: string; bytes: string }[];
    };
    for (const { name, bytes } of files) {
      for (const decoder of DECODERS) {
        // jimp refuses it.
        if (name === "jpeg cmyk without an Adobe marker" && decoder === "jimp") continue;
        const own = join(folder, `${name}, ${decoder}`);
        await mkdir(own);
        await writeFile(pathOf({ folder: own }), Buffer.from(bytes, "base64"));
      }
    }
  },

  async mutate(input, rng) {
    const bytes = await readFile(pathOf(input));
    const isPng = input.name.startsWith("png");
    const special = isPng ? forgeChunk(bytes, rng) : changeScans(bytes, rng);
    const chosen =
      special !== undefined && rng.uniform() < 0.4
        ? special
        : { ...mutateBytes(bytes, rng), unsealed: !isPng };
    await writeFile(pathOf(input), chosen.content);
    return { what: chosen.what, unsealed: chosen.unsealed };
  },

  async use(input) {
    const decoder = DECODERS.find((each) => input.name.endsWith(each))!;
    const options = { decoder, height: 16, width: 16, window: "full" } as const;
    const { images, failures, remarks } = await prepareImages([pathOf(input)], options);
    if (failures[0] !== undefined) throw failures[0].error;
    const [image] = images.values();
    return { value: digestOf((await image!.pixels()).data), said: remarks.map(({ message }) => message) };
  },
};

const DECODERS = ["jimp", "sharp"] as const;

const pathOf = ({ folder }: Pick<Input, "folder">): string => join(folder, "image");

/** Changes a chunk of a PNG and makes its checksum anew, as a stranger can. */
function forgeChunk(bytes: Buffer, rng: Rng) {
  const chunks: { at: number; length: number; type: string }[] = [];
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    chunks.push({ at, length, type: bytes.toString("latin1", at + 4, at + 8) });
    at += length + 12;
  }
  const { at, length, type } = pick(rng, chunks);
  if (rng.uniform() < 0.3) {
    const end = at + 12 + length;
    const content = Buffer.concat([bytes.subarray(0, end), bytes.subarray(at)]);
    return { content, what: `chunk ${type} twice`, unsealed: true };
  }
  const body = { content: bytes.subarray(at + 8, at + 8 + length), what: "" };
  const sides = [0, 1, 65_536, 100_000_000, 0x7fff_ffff] as const;
  const changed =
    type === "IHDR" && rng.uniform() < 0.5
      ? Buffer.from(body.content)
      : Buffer.from(mutateBytes(body.content, rng).content);
  let what = `other content of ${type}`;
  if (type === "IHDR" && changed.length === 13) {
    const side = pick(rng, sides);
    changed.writeUInt32BE(side, pick(rng, [0, 4]));
    what = `a side of ${side}`;
  }
  const own = Buffer.concat([Buffer.from(type, "latin1"), changed]);
  const around = Buffer.alloc(8);
  around.writeUInt32BE(changed.length, 0);
  around.writeUInt32BE(crc32(own), 4);
  const rest = bytes.subarray(at + 12 + length);
  const content = Buffer.concat([
    bytes.subarray(0, at),
    around.subarray(0, 4),
    own,
    around.subarray(4),
    rest,
  ]);
  return { content, what, unsealed: true };
}

/** Leaves out or repeats scans of a JPEG, or changes the size in its frame. */
function changeScans(bytes: Buffer, rng: Rng) {
  const scans: number[] = [];
  let frame: number | undefined;
  for (let at = 2; at + 4 <= bytes.length && bytes[at] === 0xff; ) {
    const marker = bytes[at + 1]!;
    if (marker === 0xd9) break;
    if (marker >= 0xc0 && marker <= 0xc2) frame = at;
    at += 2 + bytes.readUInt16BE(at + 2);
    if (marker !== 0xda) continue;
    scans.push(at);
    // A scan ends at a marker that is neither a stuffed byte nor a restart.
    while (
      at + 1 < bytes.length &&
      !(bytes[at] === 0xff && bytes[at + 1] !== 0 && !isRestart(bytes[at + 1]!))
    )
      at++;
    scans[scans.length - 1] = at;
  }
  const [end] = scans.slice(-1);
  if (end === undefined || frame === undefined) return undefined;
  if (scans.length > 1 && rng.uniform() < 0.6) {
    const kept = 1 + rng.integer(scans.length - 1);
    const content = Buffer.concat([bytes.subarray(0, scans[kept - 1]), Buffer.of(0xff, 0xd9)]);
    return { content, what: `cut after scan ${kept} of ${scans.length}, with an end`, unsealed: false };
  }
  if (scans.length > 1 && rng.uniform() < 0.6) {
    const times = pick(rng, [10, 1000, 3000]);
    const last = bytes.subarray(scans.at(-2), end);
    const height = pick(rng, [bytes.readUInt16BE(frame + 5), 20_000]);
    const content = Buffer.concat([
      bytes.subarray(0, end),
      ...Array.from({ length: times }, () => last),
      bytes.subarray(end),
    ]);
    content.writeUInt16BE(height, frame + 5);
    return { content, what: `last scan ${times} times more, of ${height} rows`, unsealed: true };
  }
  const content = Buffer.from(bytes);
  const side = pick(rng, [0, 1, 32_767, 65_535]);
  content.writeUInt16BE(side, frame + pick(rng, [5, 7]));
  return { content, what: `a side of ${side}`, unsealed: true };
}

const isRestart = (marker: number): boolean => marker >= 0xd0 && marker <= 0xd7;
