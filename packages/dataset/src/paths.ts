import { posix } from "node:path";

/**
 * Joins parts of a path that must stay inside their folder.
 *
 * @returns The path with `/`, without `.` and `..`; `null` when it is absolute, leaves the folder, or is the folder.
 */
export function innerPath(...parts: readonly string[]): string | null {
  if (parts.some((part) => posix.isAbsolute(part) || part.includes("\0"))) return null;
  const path = posix.join(...parts);
  return path === "." || path === ".." || path.startsWith("../") || path.endsWith("/") ? null : path;
}

const IMAGE_NAME = /^[^.].*\.(jpe?g|png)$/i;

/** Whether a file's name is that of an image: `.jpg`, `.jpeg` or `.png` in any case, not hidden. */
export function isImageName(name: string): boolean {
  return IMAGE_NAME.test(name);
}
