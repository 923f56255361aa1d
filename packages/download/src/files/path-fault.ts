import { LOCK_NAME } from "./lock-folder.js";
import { PART_SUFFIX } from "./part-file.js";

const RESERVED = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i;

/**
 * Why a path of a published file may not be used below a folder, on any platform: it would leave the folder (`..`, an
 * absolute path, a drive, backslashes), it is no name that every file system keeps as it is (control characters,
 * `<>:"|?*`, Windows' device names, a dot or space at the end), or it is a name that the download itself uses.
 *
 * @returns the fault in words; undefined for a path that is fit.
 */
export function pathFault(path: string): string | undefined {
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
    if (name.toLowerCase() === LOCK_NAME) return `has the name of the folder's lock`;
  }
  return undefined;
}
