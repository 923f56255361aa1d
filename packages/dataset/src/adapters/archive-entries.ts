import { FileError } from "@covidxr/core";
import { pathProblem } from "@covidxr/download/internal";
import { type Entry, getFileNameLowLevel, openPromise, type ZipFile } from "yauzl";
import { readError } from "../files.js";
import { isMacosName } from "./list-files.js";

/** A file of an archive, its name and place checked. */
export interface ArchiveEntry {
  /** Path inside the archive, with `/`; stays below any folder it is unpacked to. */
  readonly path: string;
  /** Length in bytes, unpacked. */
  readonly bytes: number;
  readonly crc: number;
  readonly entry: Entry;
}

/** An archive that is open. */
interface OpenArchive {
  readonly zip: ZipFile;
  /** Its files in their order; folders are left out. */
  readonly entries: readonly ArchiveEntry[];
}

/**
 * Opens a .zip (also ZIP64) and reads what it says to hold. The whole archive is refused when a single entry is hostile:
 * a name that leaves the folder or that some file system does not keep as it is ({@link pathProblem}), a link or device, two
 * names that one file system would take for one, another name or method in its own header than in the directory, data that several entries share (as zip bombs have it); or when one cannot be read: encrypted, or
 * packed by another method than none and deflate.
 *
 * @returns The archive; the caller closes `zip`.
 * @throws {FileError} `"missing"`, `"unreadable"`, or `"corrupt"` with the name of the entry.
 */
export async function openArchive(archive: string): Promise<OpenArchive> {
  const zip = await openPromise(archive, { autoClose: false, decodeStrings: false }).catch((cause) =>
    Promise.reject(archiveFault(archive, cause)),
  );
  // Errors also reach the call that causes them; without a listener this event would end the process.
  zip.on("error", () => undefined);
  try {
    const entries: ArchiveEntry[] = [];
    const data: Span[] = [];
    const all: { readonly name: string; readonly entry: Entry }[] = [];
    const files = new Map<string, string>();
    const folders = new Map<string, string>();
    for await (const entry of zip.eachEntry()) {
      const name = getFileNameLowLevel(
        entry.generalPurposeBitFlag,
        entry.fileNameRaw,
        entry.extraFields,
        true,
      );
      const fault = faultOfName(name) ?? faultOfKind(entry);
      if (fault !== null) throw corrupt(archive, `entry ${JSON.stringify(name)} ${fault}`);
      all.push({ name, entry });
      data.push(spanOf(entry, name));
      if (isFolder(entry, name)) continue;
      const rival = claim(name, files, folders);
      if (rival !== null) {
        throw corrupt(
          archive,
          `entries ${JSON.stringify(rival)} and ${JSON.stringify(name)} would take one place`,
        );
      }
      entries.push({ path: name, bytes: entry.uncompressedSize, crc: entry.crc32, entry });
    }
    checkSpans(archive, data, zip.fileSize);
    for (const { name, entry } of all) await checkLocalHeader(archive, zip, entry, name);
    return { zip, entries };
  } catch (cause) {
    zip.close();
    throw cause instanceof FileError ? cause : archiveFault(archive, cause);
  }
}

/** Error for an archive that could not be read: a file system error, or invalid content. */
export function archiveFault(archive: string, cause: unknown): FileError {
  const { syscall, message } = cause as NodeJS.ErrnoException;
  if (syscall !== undefined) return readError(archive, "an archive", cause);
  return corrupt(archive, `cannot be read as .zip (${message})`, cause);
}

/** Error for an archive whose content is not to be unpacked. */
export function corrupt(archive: string, fault: string, cause?: unknown): FileError {
  return new FileError({
    path: archive,
    reason: "corrupt",
    message: `expected a complete and safe archive, but ${fault}; no invalid file was written; download it again`,
    cause,
  });
}

function faultOfName(name: string): string | null {
  const path = name.replace(/(?<=.)\/$/, "");
  // Such names are never written; `Icon\r` in __MACOSX is no sign of harm.
  const isLeftOut = path.split("/").some(isMacosName);
  return pathProblem(isLeftOut ? path.replaceAll(/\p{Cc}/gu, "_") : path) ?? null;
}

const FILE = 0o100000;
const FOLDER = 0o040000;

/** Kind of an entry as Unix has it; 0 where the archive does not say. */
function modeOf(entry: Entry): number {
  return (entry.externalFileAttributes >>> 16) & 0o170000;
}

function isFolder(entry: Entry, name: string): boolean {
  return name.endsWith("/") || modeOf(entry) === FOLDER;
}

function faultOfKind(entry: Entry): string | null {
  const mode = modeOf(entry);
  if (mode !== 0 && mode !== FILE && mode !== FOLDER) return "is a link or a device";
  if (entry.isEncrypted()) return "is encrypted";
  return entry.canDecodeFileData() ? null : `is packed by an unknown method (${entry.compressionMethod})`;
}

/**
 * Takes a file's place and those of its folders.
 *
 * @returns The entry that has the place already; `null` when it was free.
 */
function claim(path: string, files: Map<string, string>, folders: Map<string, string>): string | null {
  const key = path.normalize("NFC").toLowerCase().normalize("NFC");
  const rival = files.get(key) ?? folders.get(key);
  if (rival !== undefined) return rival;
  files.set(key, path);
  for (let end = key.lastIndexOf("/"); end > 0; end = key.lastIndexOf("/", end - 1)) {
    const folder = key.slice(0, end);
    const file = files.get(folder);
    if (file !== undefined) return file;
    folders.set(folder, path);
  }
  return null;
}

/**
 * Refuses an entry whose own header says other things than the directory at the archive's end: programs that read the one and
 * programs that read the other would unpack different files.
 */
async function checkLocalHeader(archive: string, zip: ZipFile, entry: Entry, name: string): Promise<void> {
  const local = await zip.readLocalFileHeaderPromise(entry);
  const refuse = (what: string): never => {
    throw corrupt(archive, `entry ${JSON.stringify(name)} has another ${what} in its own header`);
  };
  if (Buffer.compare(local.fileName, entry.fileNameRaw) !== 0) refuse("name");
  if (local.compressionMethod !== entry.compressionMethod) refuse("method");
  if ((local.generalPurposeBitFlag & ENCRYPTED) !== (entry.generalPurposeBitFlag & ENCRYPTED))
    refuse("encryption");
}

/** Bit of the general purpose flags (APPNOTE.TXT 4.4.4). */
const ENCRYPTED = 1;

/** Bytes of the archive that belong to an entry, at least. */
interface Span {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** Length of a local header without name and extra field (APPNOTE.TXT 4.3.7). */
const LOCAL_HEADER = 30;

function spanOf(entry: Entry, name: string): Span {
  const start = entry.relativeOffsetOfLocalHeader;
  return { name, start, end: start + LOCAL_HEADER + entry.fileNameLength + entry.compressedSize };
}

function checkSpans(archive: string, spans: readonly Span[], size: number): void {
  const inOrder = [...spans].sort((a, b) => a.start - b.start);
  for (const [place, span] of inOrder.entries()) {
    const next = inOrder[place + 1];
    if (span.end > (next?.start ?? size)) {
      const other = next === undefined ? "the archive's end" : JSON.stringify(next.name);
      throw corrupt(archive, `entry ${JSON.stringify(span.name)} overlaps ${other}`);
    }
  }
}
