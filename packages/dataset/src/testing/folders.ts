import fileSystem, { lstat, mkdir, mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createRng } from "@covidxr/core";
import { jest } from "@jest/globals";

/** Makes a new folder that holds the given files (path → content), for tests. */
export async function temporaryFolder(files: Readonly<Record<string, string>> = {}): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "covidxr-dataset-"));
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  return folder;
}

/** Every file below a folder with its content as Latin-1 text, hidden ones too, by its path with `/`. */
export async function readTree(folder: string): Promise<Record<string, string>> {
  const tree: Record<string, string> = {};
  for (const name of (await readdir(folder, { recursive: true })).sort()) {
    const path = join(folder, name);
    if ((await lstat(path)).isFile()) tree[name.split("\\").join("/")] = await readFile(path, "latin1");
  }
  return tree;
}

/** Lets folders be listed in an order of their own, as file systems do, until `jest.restoreAllMocks`. */
export function shuffleFolders(seed: number): void {
  const { readdir } = fileSystem;
  let call = 0;
  const shuffled = async (...options: Parameters<typeof readdir>): Promise<unknown[]> => {
    const entries: unknown[] = await readdir(...options);
    const order = createRng(seed, { purpose: "order of a folder", index: call++ }).permutation(
      entries.length,
    );
    return Array.from(order, (place) => entries[place]);
  };
  jest.spyOn(fileSystem, "readdir").mockImplementation(shuffled as typeof readdir);
}
