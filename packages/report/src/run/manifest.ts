import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { FileError } from "@covidxr/core";
import { plural } from "@covidxr/core/internal";
import { z } from "zod";
import { readJson, writeJson } from "./json-files.js";
import {
  DOCUMENTS,
  isOfTheReport,
  isRunFile,
  listRunFiles,
  MANIFEST,
  requirePlainFile,
} from "./run-files.js";
import { RUN_VERSION, type RunRecord } from "./run-record.js";
import { count, type DeepReadonly } from "./schemas.js";

const path = z.string().min(1);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const content = z.object({
  bytes: count.meta({ description: "its size" }),
  sha256: sha256.meta({ description: "its SHA-256 in hexadecimal, as `sha256sum` prints it" }),
});

/** `manifest.json`. */
export const manifestRecord = z
  .object({
    version: z.literal(RUN_VERSION).meta({ description: "version of the layout, as in `run.json`" }),
    files: z
      .array(
        z.object({
          path: path.meta({ description: "path below the folder, with `/`" }),
          ...content.shape,
        }),
      )
      .meta({ description: "every file of the run but this one, by path" }),
    edits: z
      .array(
        z.object({
          path: path.meta({ description: "path below the folder, with `/`" }),
          was: content.nullable().meta({
            leaf: true,
            description: "`bytes` and `sha256` of the file that the run wrote; `null` where it wrote none",
          }),
        }),
      )
      .default([])
      .meta({ description: "files that were edited, added or removed on purpose after the run" }),
  })
  .refine(({ files }) => new Set(files.map((file) => file.path)).size === files.length, {
    path: ["files"],
    message: "it names a file twice",
  });

type Manifest = DeepReadonly<z.output<typeof manifestRecord>>;
type Content = DeepReadonly<z.output<typeof content>>;

/** How far the files of a run are known to be those that it wrote. */
export interface Integrity {
  /** Whether they were compared with the run's manifest. */
  readonly verified: boolean;
  /** Paths of files that were edited on purpose after the run; documents that people complete are not among them. */
  readonly edited: readonly string[];
}

/** The files of a run that nobody compared with a manifest. */
export const UNVERIFIED: Integrity = { verified: false, edited: [] };

/** A file that is not as the manifest says. */
export interface Difference {
  readonly path: string;
  readonly kind: "altered" | "added" | "missing";
  /** As the manifest says; null for a file that it does not name. */
  readonly was: Content | null;
  /** As it is; null for a missing file. */
  readonly is: Content | null;
}

/**
 * Size and SHA-256 of a file, of any size.
 *
 * @throws {FileError} `"missing"`, `"unreadable"`.
 */
export async function digestFile(file: string): Promise<Content> {
  const hash = createHash("sha256");
  let bytes = 0;
  try {
    await pipeline(createReadStream(file, { highWaterMark: 2 ** 20 }), async (chunks) => {
      for await (const chunk of chunks as AsyncIterable<Buffer>) {
        bytes += chunk.length;
        hash.update(chunk);
      }
    });
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new FileError({
      path: file,
      reason: code === "ENOENT" ? "missing" : "unreadable",
      message: `expected a file of the run, it cannot be read (${message}); restore it`,
      cause,
    });
  }
  return { bytes, sha256: hash.digest("hex") };
}

/** Content of `text` as a file. */
function digestText(text: string): Content {
  return { bytes: Buffer.byteLength(text), sha256: createHash("sha256").update(text).digest("hex") };
}

/**
 * Writes the manifest of a run that is about to be finished. The report's files are not part of it: it adds them itself.
 *
 * @param runJson `run.json` as it will be: it is written last, so that a run that says "finished" has its manifest.
 */
export async function writeManifest(folder: string, runJson: string): Promise<void> {
  const files = [{ path: "run.json", ...digestText(runJson) }];
  for (const name of await listRunFiles(folder)) {
    if (name === "run.json" || name === MANIFEST || isOfTheReport(name)) continue;
    files.push({ path: name, ...(await digestFile(join(folder, name))) });
  }
  await save(folder, { version: RUN_VERSION, files, edits: [] });
}

/**
 * The manifest of a run; null for one that was written without.
 *
 * @throws {FileError} `"missing"` where `run.json` says that there is one; `"corrupt"`.
 */
export async function readManifest(folder: string, record: RunRecord): Promise<Manifest | null> {
  const file = join(folder, MANIFEST);
  const manifest = await openManifest(folder);
  if (manifest !== null || record.manifest !== true) return manifest;
  throw new FileError({
    path: file,
    reason: "missing",
    message: `expected the manifest that the run wrote, found none; restore it, or ${ACCEPT}`,
  });
}

async function openManifest(folder: string): Promise<Manifest | null> {
  const file = join(folder, MANIFEST);
  await requirePlainFile(file);
  return readJson(file, manifestRecord, "the manifest of a run");
}

const ACCEPT = "mark the edits with covidxr report --accept-edits";

/**
 * Compares files of a finished run with its manifest, and says how far they are those that the run wrote.
 *
 * @param reads Which files are read; the others are not looked at.
 * @throws {FileError} `"different"` on a file that was altered or added, `"missing"`; and as {@link readManifest}.
 */
export async function checkFiles(
  folder: string,
  record: RunRecord,
  reads: (path: string) => boolean,
): Promise<Integrity> {
  const manifest = await readManifest(folder, record);
  if (manifest === null) return UNVERIFIED;
  const [first, ...others] = (await compareFiles(folder, manifest, reads)).filter(isNoRemnant);
  if (first === undefined) {
    const edited = manifest.edits.map((edit) => edit.path).filter((each) => !isOfTheReport(each));
    return { verified: true, edited };
  }
  const more = others.length === 0 ? "" : ` (and ${plural(others.length, "more file")})`;
  throw new FileError({
    path: join(folder, first.path),
    reason: first.kind === "missing" ? "missing" : "different",
    message: `${differenceText(first)}${more}; restore the run's own, or ${ACCEPT}`,
  });
}

/** A report that was stopped leaves files that the next one writes again. */
const isNoRemnant = ({ path, kind }: Difference): boolean => !(kind === "added" && isOfTheReport(path));

/** A difference in words. */
export function differenceText({ kind, was, is }: Difference): string {
  if (kind === "added") return "expected no such file, as the run wrote none, got one that was added later";
  if (kind === "missing") return "expected the file that the run wrote, found none";
  return was!.bytes === is!.bytes
    ? `expected the file that the run wrote (SHA-256 ${short(was!)}), got another one (${short(is!)})`
    : `expected the file of ${plural(was!.bytes, "byte")} that the run wrote, got another one of ${is!.bytes}`;
}

const short = (of: Content): string => `${of.sha256.slice(0, 12)}…`;

/** Files that are not as the manifest says, by path. */
export async function compareFiles(
  folder: string,
  manifest: Manifest,
  reads: (path: string) => boolean,
): Promise<Difference[]> {
  const named = new Map(manifest.files.map((file) => [file.path, file]));
  const present = new Set((await listRunFiles(folder)).filter((path) => path !== MANIFEST));
  const differences: Difference[] = [];
  // Names that this version does not know are of a later one, and nobody here reads them.
  const paths = [...new Set([...named.keys(), ...present])].filter((each) => isRunFile(each) && reads(each));
  for (const path of paths.sort()) {
    const was = named.get(path) ?? null;
    if (was === null) {
      differences.push({ path, kind: "added", was, is: await digestFile(join(folder, path)) });
    } else if (!present.has(path)) differences.push({ path, kind: "missing", was, is: null });
    else {
      const is = await digestFile(join(folder, path));
      if (is.sha256 !== was.sha256 || is.bytes !== was.bytes)
        differences.push({ path, kind: "altered", was, is });
    }
  }
  return differences;
}

/**
 * Takes the files as they are for the run's, and marks for good which ones are not those that it wrote. Does nothing for a
 * run without a manifest.
 */
export async function acceptEdits(folder: string, record: RunRecord): Promise<void> {
  await listRunFiles(folder);
  // A manifest that is lost or damaged says of no file that it is the run's.
  const manifest = await readManifest(folder, record).catch((error) => {
    if (record.manifest === true && error instanceof FileError && error.reason !== "unreadable")
      return { version: RUN_VERSION, files: [], edits: [] } as const;
    throw error;
  });
  if (manifest === null) return;
  const differences = (await compareFiles(folder, manifest, isKept)).filter(
    ({ path, kind }) => kind === "altered" || !isOfTheReport(path),
  );
  if (differences.length === 0) return;
  const files = new Map(manifest.files.map((file) => [file.path, file]));
  const edits = new Map(manifest.edits.map((edit) => [edit.path, edit]));
  for (const { path, was, is } of differences) {
    if (!edits.has(path)) edits.set(path, { path, was: was && { bytes: was.bytes, sha256: was.sha256 } });
    if (is === null) files.delete(path);
    else files.set(path, { path, ...is });
  }
  await save(folder, {
    version: RUN_VERSION,
    files: [...files.values()],
    edits: [...edits.values()].sort(byPath),
  });
}

/**
 * Notes what the program itself did to files of a finished run: written anew, or removed. Does nothing for a run without
 * a manifest.
 */
export async function noteFiles(folder: string, paths: readonly string[]): Promise<void> {
  const manifest = await openManifest(folder);
  if (manifest === null) return;
  const files = new Map(manifest.files.map((file) => [file.path, file]));
  const present = new Set(await listRunFiles(folder));
  for (const path of paths) {
    if (present.has(path)) files.set(path, { path, ...(await digestFile(join(folder, path))) });
    else files.delete(path);
  }
  await save(folder, { ...manifest, files: [...files.values()] });
}

/** Whether a report leaves this file as it is, once its edits are accepted. */
const isKept = (path: string): boolean => !isOfTheReport(path) || DOCUMENTS.includes(path);

/**
 * Makes way for a report: takes its files out of the manifest, since from now on they are being written.
 *
 * @returns Documents that people completed and that were accepted so: the report leaves them.
 * @throws {FileError} `"different"` on a document that was edited and not accepted, which a report would replace.
 */
export async function beginReport(folder: string): Promise<string[]> {
  const manifest = await openManifest(folder);
  if (manifest === null) return [];
  const documents = await compareFiles(folder, manifest, (path) => DOCUMENTS.includes(path));
  const edited = documents.find(({ kind }) => kind === "altered");
  if (edited !== undefined) {
    throw new FileError({
      path: join(folder, edited.path),
      reason: "different",
      message: `${differenceText(edited)}, which a new report would replace; move it away, or keep it with covidxr report --accept-edits`,
    });
  }
  const gone = documents.map(({ path }) => path);
  const kept = manifest.edits
    .map(({ path }) => path)
    .filter((path) => DOCUMENTS.includes(path) && !gone.includes(path));
  await save(folder, {
    ...manifest,
    files: manifest.files.filter(({ path }) => !isOfTheReport(path) || kept.includes(path)),
    // A document that is gone is written anew, and is the report's own again.
    edits: manifest.edits.filter(({ path }) => !isOfTheReport(path) || kept.includes(path)),
  });
  return kept;
}

function save(folder: string, manifest: Manifest): Promise<void> {
  return writeJson(join(folder, MANIFEST), manifestRecord, {
    ...manifest,
    files: [...manifest.files].sort(byPath),
  });
}

const byPath = (a: { path: string }, b: { path: string }): number => (a.path < b.path ? -1 : 1);
