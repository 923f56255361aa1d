import { lstat, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** Every file below a folder with its content as Latin-1 text, hidden ones too, by its path with `/`. */
export async function readTree(folder: string): Promise<Record<string, string>> {
  const tree: Record<string, string> = {};
  for (const name of (await readdir(folder, { recursive: true })).sort()) {
    const path = join(folder, name);
    if ((await lstat(path)).isFile()) tree[name.split("\\").join("/")] = await readFile(path, "latin1");
  }
  return tree;
}
