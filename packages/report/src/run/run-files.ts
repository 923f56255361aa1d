import type { Dirent } from "node:fs";
import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { FileError } from "@covidxr/core";

/** The list of a finished run's files. */
export const MANIFEST = "manifest.json";

/** Files of the report that people complete by hand. */
export const DOCUMENTS: readonly string[] = ["MODEL_CARD.md", "CLAIM.md"];

/** What the report makes from the other files. */
const OF_THE_REPORT = ["report.html", ...DOCUMENTS, "metrics.json", "cross-validation.json"];

/** What {@link readRun} reads. */
const READ = [
  ...["run.json", "cohort.csv", "cohort-flow.json", "audit.json", "other-split.json"],
  ...["history.csv", "predictions.csv", "out-of-fold.csv", "folds.csv"],
];

const FILES: ReadonlySet<string> = new Set([
  ...[MANIFEST, ...READ, ...OF_THE_REPORT],
  ...["audit.txt", "model.onnx", "model.onnx.sha256"],
]);

/** Folders of a run with the names of their files. */
const FOLDERS: readonly (readonly [folder: RegExp, file: RegExp])[] = [
  [/^thumbnails$/, /\.jpg$/],
  [/^figures$/, /\.svg$/],
  [/^model$/, /\.(json|bin)$/],
  [/^folds-by-/, /\.json$/],
  [/^organized$/, /\.(jpe?g|png)$/i],
];

/** Folders that the work needs, and a finished run does not. */
const WORKING = ["checkpoints", "cache"];

/** Whether a finished run has a file of this name; what else lies in its folder is left alone. */
export function isRunFile(path: string): boolean {
  const [top, ...rest] = path.split("/") as [string, ...string[]];
  if (rest.length === 0) return FILES.has(top);
  const name = FOLDERS.find(([folder]) => folder.test(top))?.[1];
  return name?.test(rest.at(-1)!) === true && rest.every((part) => !part.startsWith("."));
}

/** Whether a name at the top of the folder is a place of the layout. */
function isPlace(name: string): boolean {
  return FILES.has(name) || WORKING.includes(name) || FOLDERS.some(([folder]) => folder.test(name));
}

/** Whether the report makes this file from the others. */
export function isOfTheReport(path: string): boolean {
  return OF_THE_REPORT.includes(path) || path.startsWith("figures/");
}

/** Whether {@link readRun} reads this file. */
export function isReadAsRun(path: string): boolean {
  return READ.includes(path);
}

/** Whether a report is made from this file. */
export function isReadAsReport(path: string): boolean {
  return isReadAsRun(path) || path.startsWith("thumbnails/");
}

/**
 * Paths of a run's files below its folder, with `/`, by name; none where there is no folder. Call it before anything is
 * read or written there: a run's folder may come from anybody, and a link in it leads wherever its maker wants.
 *
 * @throws {FileError} `"corrupt"` on a symbolic link, a pipe or a device where the run has a file or folder; `"unreadable"`.
 */
export async function listRunFiles(folder: string): Promise<string[]> {
  const paths: string[] = [];
  const walk = async (entries: readonly Dirent[], prefix: string): Promise<void> => {
    for (const entry of entries) {
      const path = `${prefix}${entry.name}`;
      requirePlain(join(folder, path), entry);
      if (entry.isDirectory()) await walk(await entriesOf(join(folder, path)), `${path}/`);
      else if (isRunFile(path)) paths.push(path);
    }
  };
  await walk(
    (await entriesOf(folder)).filter(({ name }) => isPlace(name)),
    "",
  );
  return paths.sort();
}

/**
 * Refuses a file of a run that is a link, a pipe or a device; one that is missing is for its reader.
 *
 * @throws {FileError} `"corrupt"`.
 */
export async function requirePlainFile(path: string): Promise<void> {
  const found = await lstat(path).catch(() => null);
  if (found !== null) requirePlain(path, found);
}

/** Whether there is something of this name, a link included. */
export async function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

function requirePlain(path: string, entry: Pick<Dirent, "isDirectory" | "isFile" | "isSymbolicLink">): void {
  if (entry.isFile() || entry.isDirectory()) return;
  const got = entry.isSymbolicLink() ? "a symbolic link" : "a pipe or a device";
  throw new FileError({
    path,
    reason: "corrupt",
    message: `expected a file or folder of the run itself, got ${got}, which may lead anywhere; replace it by what belongs there, or remove it`,
  });
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  return readdir(folder, { withFileTypes: true }).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "ENOENT" || cause.code === "ENOTDIR") return [];
    throw new FileError({
      path: folder,
      reason: "unreadable",
      message: `cannot be read (${cause.message}); check its permissions`,
      cause,
    });
  });
}
