import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { InvalidArgumentError } from "@covidxr/core";
import { expect, test } from "@jest/globals";
import { findChromium } from "./find-chromium.js";

const folder = () => mkdtempSync(join(tmpdir(), "covidxr-"));
function program(...path: string[]): string {
  const file = join(...path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, "");
  chmodSync(file, 0o755);
  return file;
}

test("prefers the wish, then PATH in its order", () => {
  const [first, second] = [folder(), folder()];
  const wish = program(folder(), "my-browser");
  program(second, "chromium");
  const chrome = program(first, "google-chrome");
  const PATH = [first, second].join(delimiter);
  expect(findChromium({ PATH, COVIDXR_CHROMIUM: wish }, "linux")).toBe(wish);
  expect(findChromium({ PATH, COVIDXR_CHROMIUM: "" }, "linux")).toBe(chrome);
  const chromium = program(first, "chromium");
  expect(findChromium({ PATH }, "linux")).toBe(chromium);
});

test.each([
  ["linux", "chromium-browser"],
  ["darwin", "google-chrome"],
  ["win32", "microsoft-edge.exe"],
] as const)("finds on PATH of %s %s", (platform, name) => {
  const PATH = folder();
  const path = program(PATH, name);
  expect(findChromium({ PATH }, platform)).toBe(path);
});

test.each([
  ["darwin", "HOME", ["Applications", "Chromium.app", "Contents", "MacOS", "Chromium"]],
  ["darwin", "HOME", ["Applications", "Google Chrome.app", "Contents", "MacOS", "Google Chrome"]],
  ["win32", "PROGRAMFILES", ["Google", "Chrome", "Application", "chrome.exe"]],
  ["win32", "PROGRAMFILES(X86)", ["Microsoft", "Edge", "Application", "msedge.exe"]],
  ["win32", "LOCALAPPDATA", ["Chromium", "Application", "chrome.exe"]],
] as const)("finds where %s installs below %s: %j", (platform, variable, place) => {
  const home = folder();
  const path = program(home, ...place);
  const found = findChromium({ [variable]: home }, platform);
  // A machine's own browser in /Applications comes before the home folder's.
  expect([path, found?.startsWith("/Applications/") ? found : path]).toContain(found);
});

test("is undefined without one, and a folder or an ordinary file is none", () => {
  const PATH = folder();
  expect(findChromium({}, "linux")).toBeUndefined();
  expect(findChromium({ PATH }, "linux")).toBeUndefined();
  mkdirSync(join(PATH, "chromium"));
  expect(findChromium({ PATH }, "linux")).toBeUndefined();
  expect(findChromium({ PATH: "" }, "linux")).toBeUndefined();
});

test("a wish that is no program is an error", () => {
  const wish = join(folder(), "absent");
  const find = () => findChromium({ PATH: process.env.PATH, COVIDXR_CHROMIUM: wish }, "linux");
  expect(find).toThrow(InvalidArgumentError);
  expect(find).toThrow(expect.objectContaining({ parameter: "COVIDXR_CHROMIUM", value: wish }));
});
