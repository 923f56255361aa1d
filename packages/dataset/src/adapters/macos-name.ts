/** Whether a part of a path is one of those that macOS adds to folders and archives. */
export function isMacosName(name: string): boolean {
  return name === "__MACOSX" || name === ".DS_Store" || name.startsWith("._");
}
