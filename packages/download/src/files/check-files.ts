import { InvalidArgumentError } from "@covidxr/core";
import { hideCredentials } from "../transport/hide-credentials.js";
import { openDigest } from "./open-digest.js";
import { pathFault } from "./path-fault.js";
import type { Digests, PublishedFile } from "./published-file.js";

const LENGTHS: Readonly<Record<keyof Digests, number>> = { sha256: 64, gitBlobSha1: 40, md5: 32 };
const KINDS = Object.keys(LENGTHS) as (keyof Digests)[];

/**
 * Checks a list of published files before anything is done with it.
 *
 * @throws {InvalidArgumentError} (`files`) on the first that is unfit: its path, a path that stands twice or differs by
 * case alone, a file that is another's folder, length, digests, addresses.
 * @throws {InvalidArgumentError} (`digests`) on a digest that this Node cannot make.
 */
export function checkFiles(files: readonly PublishedFile[]): void {
  const paths = new Map<string, string>();
  const kinds = new Set<keyof Digests>();
  for (const file of files) {
    const fault = pathFault(file.path);
    if (fault) refuse(file.path, `a path inside the folder`, `${JSON.stringify(file.path)}, which ${fault}`);
    const key = keyOf(file.path);
    const earlier = paths.get(key);
    if (earlier !== undefined) {
      const got =
        earlier === file.path ? "twice" : `and ${JSON.stringify(earlier)}, which many disks take for one`;
      refuse(file.path, "every path once", `${JSON.stringify(file.path)} ${got}`);
    }
    paths.set(key, file.path);
    checkContent(file);
    for (const kind of KINDS) if (file.digests[kind] !== undefined) kinds.add(kind);
    if (file.urls.length === 0) refuse(file.urls, "at least one address", `none for ${file.path}`);
    for (const url of file.urls) {
      const protocol = URL.canParse(url) ? new URL(url).protocol : "";
      if (!["http:", "https:"].includes(protocol)) {
        const shown = hideCredentials(url);
        refuse(shown, "http or https addresses", `${JSON.stringify(shown)} for ${file.path}`);
      }
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

function checkContent({ path, bytes, digests }: PublishedFile): void {
  if (bytes !== undefined && (!Number.isSafeInteger(bytes) || bytes < 0)) {
    refuse(bytes, "a length in bytes", `${bytes} for ${path}`);
  }
  let given = 0;
  for (const name of KINDS) {
    const length = LENGTHS[name];
    const digest = digests[name];
    if (digest === undefined) continue;
    given++;
    if (!new RegExp(`^[0-9a-f]{${length}}$`).test(digest)) {
      refuse(
        digest,
        `${name} as ${length} lower-case hexadecimal digits`,
        `${JSON.stringify(digest)} for ${path}`,
      );
    }
  }
  if (given === 0) refuse(digests, "a digest (sha256, gitBlobSha1 or md5)", `none for ${path}`);
}

/** What a disk that ignores case and composition takes a path for. */
function keyOf(path: string): string {
  return path.normalize("NFC").toLowerCase().normalize("NFC");
}

function refuse(value: unknown, expected: string, got: string): never {
  const message = `expected ${expected}, got ${got}; correct the list`;
  throw new InvalidArgumentError({ parameter: "files", value, message });
}
