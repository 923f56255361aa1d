import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { FileError } from "@covidxr/core";
import { expect } from "@jest/globals";
import { type Options, ZipFile } from "yazl";
import { unpackArchive } from "../adapters/unpack-archive.js";
import { readTree, temporaryFolder } from "./folders.js";

/** What one entry of an archive for tests is. */
interface ArchivedFile extends Partial<Options> {
  readonly path: string;
  readonly content?: string | Uint8Array;
}

/** Bytes of a .zip with the given files in their order, as yazl makes it; a path with `/` at its end is a folder. */
export async function archiveBytes(files: readonly ArchivedFile[], zip64 = false): Promise<Buffer> {
  const zip = new ZipFile();
  for (const { path, content = "", ...options } of files) {
    const settings = { mtime: new Date(2020, 0, 1), forceZip64Format: zip64, ...options };
    if (path.endsWith("/")) zip.addEmptyDirectory(path, settings);
    else zip.addBuffer(Buffer.from(content), path, settings);
  }
  zip.end({ forceZip64Format: zip64, comment: "" });
  const chunks: Uint8Array[] = [];
  for await (const chunk of zip.outputStream) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}

/** Writes bytes to a new `archive.zip` and gives its path. */
export async function writeArchive(bytes: Uint8Array): Promise<string> {
  const path = join(await temporaryFolder(), "archive.zip");
  await writeFile(path, bytes);
  return path;
}

/** Bytes with every occurrence of a name replaced by another of the same length: names that yazl refuses to write. */
export function rename(bytes: Buffer, from: string, to: string): Buffer {
  const [old, name] = [Buffer.from(from), Buffer.from(to)];
  if (old.length !== name.length) throw new Error(`"${from}" and "${to}" differ in length`);
  const renamed = Buffer.from(bytes);
  for (let at = renamed.indexOf(old); at !== -1; at = renamed.indexOf(old, at + 1)) name.copy(renamed, at);
  return renamed;
}

const CENTRAL_HEADER = Buffer.from("PK\u0001\u0002", "latin1");

/** Bytes with an entry's header in the archive's directory changed (offsets: APPNOTE.TXT 4.3.12). */
export function changeHeader(bytes: Buffer, place: number, change: (header: Buffer) => void): Buffer {
  const changed = Buffer.from(bytes);
  let at = changed.indexOf(CENTRAL_HEADER);
  for (let entry = 0; entry < place; entry++) at = changed.indexOf(CENTRAL_HEADER, at + 1);
  if (at === -1) throw new Error(`no entry ${place}`);
  change(changed.subarray(at));
  return changed;
}

/** Unpacks an archive that must be refused: the folder stays as it was. */
export async function expectFault(
  bytes: Uint8Array,
  fields: Partial<FileError>,
  before: Record<string, string> = {},
): Promise<void> {
  const archive = await writeArchive(bytes);
  const folder = await temporaryFolder(before);
  const failure = unpackArchive(archive, folder);
  await expect(failure).rejects.toBeInstanceOf(FileError);
  await expect(failure).rejects.toMatchObject(
    fields.reason === "corrupt" ? { path: archive, ...fields } : fields,
  );
  expect(await readTree(folder)).toEqual(before);
}
