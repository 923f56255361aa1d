import { expect, test } from "@jest/globals";
import { defaultCacheFolder } from "./default-cache-folder.js";

test.each([
  { platform: "linux", home: "/home/a", env: {}, folder: "/home/a/.cache/covidxr" },
  { platform: "linux", home: "/home/a", env: { XDG_CACHE_HOME: "/var/c" }, folder: "/var/c/covidxr" },
  { platform: "linux", home: "/home/a", env: { XDG_CACHE_HOME: "c" }, folder: "/home/a/.cache/covidxr" },
  { platform: "darwin", home: "/Users/a", env: {}, folder: "/Users/a/Library/Caches/covidxr" },
  { platform: "win32", home: "C:\\a", env: {}, folder: "C:\\a\\AppData\\Local\\covidxr" },
  { platform: "win32", home: "C:\\a", env: { LOCALAPPDATA: "D:\\l" }, folder: "D:\\l\\covidxr" },
  { platform: "darwin", home: "/Users/a", env: { COVIDXR_CACHE: "/big/disk" }, folder: "/big/disk" },
  { platform: "linux", home: "/home/a", env: { COVIDXR_CACHE: "" }, folder: "/home/a/.cache/covidxr" },
] as const)("$platform with $env caches in $folder", ({ platform, home, env, folder }) => {
  expect(defaultCacheFolder({ platform, home, env })).toBe(folder);
});
