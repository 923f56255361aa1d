import { join, relative, resolve, sep, win32 } from "node:path";
import { InvalidArgumentError } from "@covidxr/core";
import { expect, test } from "@jest/globals";
import { array, check, constantFrom, property, string, assert as verify } from "fast-check";
import type { PublishedFile } from "../options.js";
import { checkFiles, pathProblem } from "./check-files.js";

const file = (path: string, other: Partial<PublishedFile> = {}): PublishedFile => ({
  path,
  bytes: 1,
  digests: { md5: "0".repeat(32) },
  urls: ["https://example.org/a"],
  ...other,
});

test.each([
  "a.jpg",
  "images/1-s2.0-S1684118220300608-main.pdf-002.jpg",
  "a/b/c",
  ".hidden",
  "a..b",
  "...a",
  "ü é/日本.png",
  "console.txt",
  "a.part",
  "a.covidxr-parts",
  "a;b&c=d%20#'!@(1)",
])("%p may be used", (path) => {
  expect(pathProblem(path)).toBeUndefined();
  checkFiles([file(path)]);
});

test.each([
  "",
  "..",
  "../etc/x",
  "../../etc/x",
  "a/../../b",
  "a/..",
  "./a",
  "a/./b",
  "/etc/passwd",
  "//host/share",
  "a//b",
  "a/",
  "..\\x",
  "a\\b",
  "C:\\x",
  "C:x",
  "c:/x",
  "a:stream",
  "a\0b",
  "a\nb",
  "a\u007f",
  "a.covidxr-part",
  "x/A.CovidXR-PART",
  ".covidxr-part",
  "folder.covidxr-part/a",
  ".covidxr-download.lock",
  ".COVIDXR-download.lock/x",
  "x/.covidxr-download.lock",
  "nul",
  "AUX.jpg",
  "x/com1.png",
  "a.",
  "a ",
  "x /a",
  "a*",
  'a"',
  "\ud800",
])("%p is refused", (path) => {
  expect(pathProblem(path)).toEqual(expect.any(String));
  expect(() => checkFiles([file("fine"), file(path)])).toThrow(InvalidArgumentError);
  expect(() => checkFiles([file(path)])).toThrow(
    expect.objectContaining({ parameter: "files", value: path }),
  );
});

test("no accepted path leaves the folder, on any platform", () => {
  const piece = constantFrom(
    "..",
    ".",
    "/",
    "\\",
    "a",
    "b.jpg",
    "C:",
    "\0",
    "~",
    " ",
    "%2e",
    ".covidxr-part",
    "//",
    "nul",
    "",
  );
  const paths = array(piece, { maxLength: 8 }).map((pieces) => pieces.join(""));
  const folder = resolve("/data/folder");
  const isInside = (path: string): boolean => {
    const inside = relative(folder, join(folder, path));
    return inside !== "" && !/^\.\.(\/|\\|$)/.test(inside) && !inside.startsWith(sep);
  };
  const isInsideOnWindows = (path: string): boolean => {
    const inside = win32.relative("D:\\data", win32.resolve("D:\\data", path));
    return inside !== "" && !/^\.\.(\\|$)/.test(inside) && !win32.isAbsolute(inside);
  };
  let fit = 0;
  for (const any of [paths, string({ unit: "binary", maxLength: 12 })]) {
    verify(
      property(any, (path) => {
        if (pathProblem(path) !== undefined) return true;
        fit++;
        return isInside(path) && isInsideOnWindows(path) && !path.includes("\0");
      }),
      { seed: 1, numRuns: 1000 },
    );
  }
  expect(fit).toBeGreaterThan(100);
  // The property can fail.
  expect(check(property(paths, isInside), { seed: 1, numRuns: 1000 }).failed).toBe(true);
});

test.each<[string, PublishedFile[]]>([
  ["a path twice", [file("a"), file("b"), file("a")]],
  ["paths that differ by case", [file("x/A.jpg"), file("x/a.JPG")]],
  ["paths that differ by composition", [file("\u00e9.jpg"), file("e\u0301.jpg")]],
  ["a file inside a file", [file("a/b"), file("a")]],
  ["a file deep inside a file", [file("A"), file("a/b/c")]],
  ["no address", [file("a", { urls: [] })]],
  ["an address of a file", [file("a", { urls: ["file:///etc/passwd"] })]],
  ["an address without a scheme", [file("a", { urls: ["example.org/a"] })]],
  ["no digest", [file("a", { digests: {} })]],
  ["a digest that is too short", [file("a", { digests: { sha256: "0".repeat(63) } })]],
  ["a digest in upper case", [file("a", { digests: { md5: "A".repeat(32) } })]],
  ["half a byte", [file("a", { bytes: 0.5 })]],
  ["fewer than no bytes", [file("a", { bytes: -1 })]],
])("%s is refused", (_, files) => {
  expect(() => checkFiles(files)).toThrow(
    expect.objectContaining({ name: "InvalidArgumentError", parameter: "files" }),
  );
});

test("an error does not reveal a password", () => {
  let error: unknown;
  try {
    checkFiles([file("a", { urls: ["ftp://user:secret@example.org/a"] })]);
  } catch (thrown) {
    error = thrown;
  }
  expect((error as InvalidArgumentError).message).toContain("ftp://example.org/a");
  expect(JSON.stringify(error)).not.toContain("secret");
});
