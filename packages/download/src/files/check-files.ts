import { InvalidArgumentError } from "@covidxr/core";
import { checkArguments } from "@covidxr/core/internal";
import type { PublishedFile } from "../options.js";
import { hideCredentials } from "../transport/addresses.js";
import { DIGESTS, type DigestKind, openDigest } from "./digests.js";
import { LOCK_NAME } from "./lock-folder.js";
import { PART_SUFFIX } from "./part-file.js";

const RESERVED = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i;

/**
 * Why a path must not be used below a folder, on any platform: it would leave the folder (`..`, an absolute path, a drive,
 * backslashes), some file system would not keep it (control characters, `<>:"|?*`, Windows' device names, a final dot
 * or space), or the download itself uses that name.
 *
 * @returns the problem in words; undefined for a path that may be used.
 */
export function pathProblem(path: string): string | undefined {
  if (path === "") return "is empty";
  if (path.includes("\\")) return "has a backslash where / was expected";
  if (path.startsWith("/")) return "is absolute";
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  if (/[\u0000-\u001f\u007f]/.test(path)) return "has a control character";
  if (/[<>:"|?*]/.test(path)) return 'has one of <>:"|?*';
  if (/\p{Surrogate}/u.test(path)) return "has half of a surrogate pair";
  for (const name of path.split("/")) {
    if (name === "") return "has an empty name";
    if (name === "." || name === "..") return `has "${name}", which may leave the folder`;
    if (/[. ]$/.test(name)) return `has a name that ends in ${name.endsWith(".") ? "a dot" : "a space"}`;
    if (RESERVED.test(name)) return `has "${name}", which is a device on Windows`;
    if (name.toLowerCase().endsWith(PART_SUFFIX)) return `has a name that ends in ${PART_SUFFIX}`;
    if (name.toLowerCase() === LOCK_NAME) return "has the name of the folder's lock";
  }
  return undefined;
}

/**
 * Checks a list of published files before anything is done with it.
 *
 * @throws {InvalidArgumentError} (`files`) on the first invalid one: its path, a path that appears twice or differs only
 * by case, a file inside another, length, digests, addresses.
 * @throws {InvalidArgumentError} (`digests`) on a digest that this Node cannot compute.
 */
export function checkFiles(files: readonly PublishedFile[]): void {
  const paths = new Map<string, string>();
  const kinds = new Set<DigestKind>();
  for (const file of files) {
    const { path, digests, urls } = file;
    checkArguments({ path, digests, urls }, { path: "string", digests: "object", urls: "strings" });
    const shown = JSON.stringify(file.path);
    const problem = pathProblem(file.path);
    if (problem) refuse(file.path, "a path inside the folder", `${shown}, which ${problem}`);
    const key = keyOf(file.path);
    const earlier = paths.get(key);
    if (earlier !== undefined) {
      const got = earlier === file.path ? "twice" : `and ${JSON.stringify(earlier)}, the same on many disks`;
      refuse(file.path, "every path once", `${shown} ${got}`);
    }
    paths.set(key, file.path);
    checkContent(file, kinds);
    if (file.urls.length === 0) refuse(file.urls, "at least one address", `none for ${file.path}`);
    for (const url of file.urls) {
      if (URL.canParse(url) && ["http:", "https:"].includes(new URL(url).protocol)) continue;
      const hidden = hideCredentials(url);
      refuse(hidden, "http or https addresses", `${JSON.stringify(hidden)} for ${file.path}`);
    }
  }
  for (const kind of kinds) openDigest(kind, 0);
  for (const [key, path] of paths) {
    for (let end = key.indexOf("/"); end >= 0; end = key.indexOf("/", end + 1)) {
      const parent = paths.get(key.slice(0, end));
      if (parent !== undefined) refuse(path, "files beside each other", `${path} inside the file ${parent}`);
    }
  }
}

function checkContent({ path, bytes, digests }: PublishedFile, kinds: Set<DigestKind>): void {
  if (bytes !== undefined && (!Number.isSafeInteger(bytes) || bytes < 0)) {
    refuse(bytes, "a length in bytes", `${bytes} for ${path}`);
  }
  let given = 0;
  for (const kind of DIGESTS) {
    const digest = digests[kind.kind];
    if (digest === undefined) continue;
    given++;
    kinds.add(kind.kind);
    if (new RegExp(`^[0-9a-f]{${kind.digits}}$`).test(digest)) continue;
    const expected = `${kind.kind} as ${kind.digits} lower-case hexadecimal digits`;
    refuse(digest, expected, `${JSON.stringify(digest)} for ${path}`);
  }
  if (given === 0) refuse(digests, "a digest (sha256, gitBlobSha1 or md5)", `none for ${path}`);
}

/** Equal for paths that are one on a disk that ignores case and composition. */
function keyOf(path: string): string {
  return path.normalize("NFC").toLowerCase().normalize("NFC");
}

function refuse(value: unknown, expected: string, got: string): never {
  const message = `expected ${expected}, got ${got}; correct the list`;
  throw new InvalidArgumentError({ parameter: "files", value, message });
}
