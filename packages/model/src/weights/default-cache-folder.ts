import { homedir } from "node:os";
import { posix, win32 } from "node:path";

/** What {@link defaultCacheFolder} looks at; the running process where left out. */
export interface CacheFolderSurroundings {
  /** @defaultValue `process.env` */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** @defaultValue `process.platform` */
  readonly platform?: NodeJS.Platform;
  /** @defaultValue `os.homedir()` */
  readonly home?: string;
}

/**
 * Folder for files that can be fetched or computed anew: `COVIDXR_CACHE` when set, else `covidxr` in the
 * platform's cache folder: `$XDG_CACHE_HOME` or `~/.cache`, on macOS `~/Library/Caches`, on Windows
 * `%LOCALAPPDATA%`. It need not exist.
 */
export function defaultCacheFolder(surroundings: CacheFolderSurroundings = {}): string {
  const { env = process.env, platform = process.platform, home = homedir() } = surroundings;
  const path = platform === "win32" ? win32 : posix;
  if (env.COVIDXR_CACHE) return path.resolve(env.COVIDXR_CACHE);
  if (platform === "win32") {
    return path.join(env.LOCALAPPDATA || path.join(home, "AppData", "Local"), "covidxr");
  }
  if (platform === "darwin") return path.join(home, "Library", "Caches", "covidxr");
  // The XDG base directory specification tells programs to ignore a relative path.
  const xdg = env.XDG_CACHE_HOME;
  return path.join(xdg && path.isAbsolute(xdg) ? xdg : path.join(home, ".cache"), "covidxr");
}
