import { createHash } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { type FileServerOptions, startFileServer } from "@covidxr/testing/server";

const REPOSITORY = "example/study";
const COMMIT = "0123456789abcdef0123456789abcdef01234567";

/**
 * Publishes a study folder on loopback as the real one is published, and writes its manifest.
 *
 * @param manifest File to write.
 * @returns The server, and `pathOf`: under which path it has a file of the study.
 */
export async function publishStudy(
  folder: string,
  manifest: string,
  fault?: NonNullable<FileServerOptions["fault"]>,
) {
  const contents = new Map<string, Uint8Array>();
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries.filter((each) => each.isFile())) {
    const file = join(entry.parentPath, entry.name);
    contents.set(relative(folder, file).replaceAll(sep, "/"), await readFile(file));
  }
  const pathOf = (path: string): string => `/${REPOSITORY}/${COMMIT}/${path}`;
  const lines = [...contents].map(([path, bytes]) => {
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    return [path, REPOSITORY, COMMIT, path, bytes.length, sha256, ""].join(",");
  });
  const header = "path,repository,commit,repository_path,bytes,sha256,git_blob_sha1";
  await writeFile(manifest, `${[header, ...lines].join("\n")}\n`);
  const byPath = new Map([...contents].map(([path, bytes]) => [pathOf(path), bytes]));
  const server = await startFileServer({ file: (path) => byPath.get(path), ...(fault && { fault }) });
  return { server, pathOf, files: [...contents.keys()] };
}
