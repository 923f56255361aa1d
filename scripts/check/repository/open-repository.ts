import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Repository } from "./repository.js";

/**
 * The files below a folder that git tracks, and new ones that it does not ignore.
 *
 * @throws {Error} where it is not the root of a clone: an unpacked archive does not tell sources from what was built.
 */
export function openRepository(root: string): Repository {
  if (!existsSync(join(root, ".git")))
    throw new Error(`${root}: expected a clone; the rules need git to tell sources`);
  const listed = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "-z"], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 2 ** 26,
  });
  const files = [...new Set(listed.split("\0"))].filter(
    (file) => file !== "" && existsSync(join(root, file)),
  );
  const texts = new Map<string, string>();
  return {
    files: files.sort(),
    read(file) {
      const known = texts.get(file);
      if (known !== undefined) return known;
      const text = readFileSync(join(root, file), "utf8");
      texts.set(file, text);
      return text;
    },
  };
}
