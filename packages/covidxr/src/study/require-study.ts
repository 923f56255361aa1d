import { access, constants, stat } from "node:fs/promises";
import { join } from "node:path";
import { FileError } from "@covidxr/core";
import { STUDY_LAYOUT } from "@covidxr/dataset/internal";

/** What suits a folder that is not the study's. */
const OWN_FOLDER =
  'for a folder of your own call trainClassifier(folder, { positive: "covid" }) of covidxr, which audits it, too';

type Kind = "file" | "directory";

/**
 * Asserts that a folder holds the study's inputs, before any work is done.
 *
 * @param redraw Whether the normal images are drawn from their folder, rather than read from the study's list.
 * @throws {FileError} whose path is the first input that is missing, of another kind, or unreadable.
 */
export async function requireStudy(folder: string, redraw: boolean): Promise<void> {
  const wanted: readonly (readonly [path: string, kind: Kind])[] = [
    [".", "directory"],
    [STUDY_LAYOUT.metadata, "file"],
    redraw ? [STUDY_LAYOUT.normals, "directory"] : [STUDY_LAYOUT.list, "file"],
  ];
  for (const [relative, kind] of wanted) {
    const path = join(folder, relative);
    const fault = await faultOf(path, kind);
    if (fault === undefined) continue;
    throw new FileError({
      path,
      reason: fault === "not-a-file" ? "unreadable" : fault,
      message: `expected ${relative === "." ? "a study folder" : `the study's ${kind}`}, found ${FOUND[fault]}; ${remedyOf(relative)}`,
    });
  }
}

const FOUND = {
  missing: "nothing",
  unreadable: "one that may not be read",
  "not-a-directory": "a file",
  "not-a-file": "a folder",
} as const;

async function faultOf(path: string, kind: Kind): Promise<keyof typeof FOUND | undefined> {
  try {
    const found = await stat(path);
    if (kind === "directory" && !found.isDirectory()) return "not-a-directory";
    if (kind === "file" && !found.isFile()) return "not-a-file";
    await access(path, kind === "directory" ? constants.R_OK | constants.X_OK : constants.R_OK);
    return undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === "ENOENT" || code === "ENOTDIR" ? "missing" : "unreadable";
  }
}

function remedyOf(relative: string): string {
  const { metadata, list, normals } = STUDY_LAYOUT;
  if (relative === list) {
    return `fetch what is missing with --download, or draw the normal images anew with --redraw, which needs ${normals}; ${OWN_FOLDER}`;
  }
  return `name a folder that holds ${metadata}, ${normals} and ${list}, or fetch them with --download; ${OWN_FOLDER}`;
}
