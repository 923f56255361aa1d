import { mkdir, readdir, readFile, readlink, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { crc32, deflateRawSync } from "node:zlib";
import type { Rng } from "@covidxr/core";
import { unpackArchive } from "@covidxr/dataset";
import { digestOf, type Group, type Input } from "../group.js";
import { mutateBytes, pick } from "../mutators.js";

/** An entry of a .zip; what it says of itself in the directory may differ from what it is. */
interface Entry {
  readonly name: string;
  readonly localName?: string;
  readonly content: Buffer;
  /** Unix mode. */
  readonly mode?: number;
  readonly size?: number;
}

const ENTRIES: readonly Entry[] = Array.from({ length: 4 }, (_, i) => ({
  name: `images/${i % 2 ? "covid" : "normal"}/${i}.png`,
  content: Buffer.from(`radiograph ${i} `.repeat(20 + i)),
}));

/** .zip files, and folders that they are unpacked into. */
export const archives: Group = {
  async prepare(folder) {
    await mkdir(join(folder, "zip", "target"), { recursive: true });
    await writeFile(join(folder, "zip", "archive.zip"), zip(ENTRIES));
  },

  async mutate(input, rng) {
    const path = join(input.folder, "archive.zip");
    if (rng.uniform() < 0.6) {
      const { content, what } = mutateBytes(await readFile(path), rng);
      await writeFile(path, content);
      return { what };
    }
    return rng.uniform() < 0.3 ? linkTarget(input, rng) : forge(path, rng);
  },

  async use({ folder }) {
    const { written, present } = await unpackArchive(join(folder, "archive.zip"), join(folder, "target"));
    return { value: [written + present, await treeOf(join(folder, "target"))] };
  },
};

/** Puts a link that leaves the folder where the archive has a folder or a file. */
async function linkTarget({ folder, outside }: Input, rng: Rng) {
  const place = pick(rng, ["images", "images/covid", "images/normal", "images/covid/1.png"]);
  await mkdir(join(folder, "target", place, ".."), { recursive: true });
  const isFile = place.endsWith(".png");
  await symlink(isFile ? join(outside, "secret.svg") : outside, join(folder, "target", place));
  return { what: `${place} of the target is a link` };
}

/** Writes an archive whose checksums are right and whose entries are not. */
async function forge(path: string, rng: Rng) {
  const at = rng.integer(ENTRIES.length);
  const entry = ENTRIES[at]!;
  const other = ENTRIES[(at + 1) % ENTRIES.length]!;
  const changes: readonly (readonly [what: string, change: Partial<Entry>])[] = [
    ["another local name", { localName: "../../outside/x" }],
    ["another local name", { localName: entry.name.replace("images", "photos") }],
    ["a name that leaves the folder", { name: "../outside/x.png" }],
    ["an absolute name", { name: "/tmp/covidxr-fuzz-absolute" }],
    ["backslashes", { name: "..\\outside\\x.png" }],
    ["a name twice", { name: other.name }],
    ["a name that differs in case", { name: other.name.toUpperCase() }],
    ["a file where a folder is", { name: "images" }],
    ["a link", { mode: 0o120777, content: Buffer.from("../../../outside/secret.svg") }],
    ["a device", { mode: 0o020666 }],
    ["setuid", { mode: 0o104755 }],
    ["a size of 4 GB", { size: 0xffff_fff0 }],
    ["a size of 0", { size: 0 }],
    ["a bomb", { content: Buffer.alloc(50_000_000) }],
  ];
  const [what, change] = pick(rng, changes);
  await writeFile(path, zip(ENTRIES.with(at, { ...entry, ...change })));
  return {
    what: `${entry.name}: ${what}`,
    unsealed: what === "a bomb" || what === "setuid" || what === "a device",
  };
}

/** Bytes of a .zip (APPNOTE.TXT 4.3), deflated. */
function zip(entries: readonly Entry[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, localName = name, content, mode = 0o100644, size = content.length } of entries) {
    const packed = deflateRawSync(content);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(8, 4);
    common.writeUInt16LE(0x21, 8);
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(size, 18);
    const named = (text: string): Buffer => {
      const own = Buffer.from(common);
      own.writeUInt16LE(Buffer.byteLength(text), 22);
      return own;
    };
    parts.push(Buffer.from("PK\u0003\u0004"), named(localName), Buffer.from(localName), packed);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE((mode << 16) >>> 0, 6);
    rest.writeUInt32LE(offset, 10);
    directory.push(Buffer.from("PK\u0001\u0002"), Buffer.of(20, 3), named(name), rest, Buffer.from(name));
    offset += 30 + Buffer.byteLength(localName) + packed.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries.length, 4);
  end.writeUInt16LE(entries.length, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...parts, central, Buffer.from("PK\u0005\u0006"), end]);
}

/** Every file below a folder with its digest. */
async function treeOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const lines = entries.map(async (entry): Promise<string[]> => {
    const path = join(entry.parentPath, entry.name);
    const own = path.slice(folder.length + 1);
    if (entry.isSymbolicLink()) return [`${own} → ${await readlink(path)}`];
    return entry.isFile() ? [`${own} ${digestOf(await readFile(path))}`] : [];
  });
  return (await Promise.all(lines)).flat().sort();
}
