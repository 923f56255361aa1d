const NAMES: ReadonlySet<string> = new Set(["__MACOSX", ".DS_Store", "Icon\r"]);

/** Whether a part of a path is one of those that macOS adds to folders and archives. */
export function isMacosName(name: string): boolean {
  return NAMES.has(name) || name.startsWith("._");
}
