// Paths with `/`, handled without Node, so that what uses them runs in a browser.

/**
 * Joins parts of a path that must stay inside their folder.
 *
 * @returns The path with `/`, without `.` and `..`; `null` when it is absolute, leaves the folder, or is the folder.
 */
export function innerPath(...parts: readonly string[]): string | null {
  if (parts.some((part) => part.startsWith("/") || part.includes("\0"))) return null;
  const joined = parts.filter((part) => part !== "").join("/");
  const path = joinPath(joined);
  return path === "." || path === ".." || path.startsWith("../") || joined.endsWith("/") ? null : path;
}

/** Joins relative paths and resolves `.` and `..` within them; `"."` where nothing is left. */
export function joinPath(...parts: readonly string[]): string {
  const levels: string[] = [];
  for (const level of parts.join("/").split("/")) {
    if (level === ".." && levels.length > 0 && levels.at(-1) !== "..") levels.pop();
    else if (level !== "" && level !== ".") levels.push(level);
  }
  return levels.join("/") || ".";
}

/** Last part of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** What is before the last part; `"."` for a name alone. */
export function folderOf(path: string): string {
  const end = path.lastIndexOf("/");
  return end < 0 ? "." : path.slice(0, end);
}

const IMAGE_NAME = /^[^.].*\.(jpe?g|png)$/i;

/** Whether a file's name is that of an image: `.jpg`, `.jpeg` or `.png` in any case, not hidden. */
export function isImageName(name: string): boolean {
  return IMAGE_NAME.test(name);
}
