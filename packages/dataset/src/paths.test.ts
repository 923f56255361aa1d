import { join, sep } from "node:path";
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { innerPath } from "./paths.js";

test.each([
  [["images", "a.png"], "images/a.png"],
  [["./images/", "a.png"], "images/a.png"],
  [[".", "a.png"], "a.png"],
  [["", "..a.png"], "..a.png"],
  [["images/x/..", "a.png"], "images/a.png"],
  [["images", "../../a.png"], null],
  [["..", "a.png"], null],
  [["images", "/etc/passwd"], null],
  [["/etc", "passwd"], null],
  [["images", ".."], null],
  [["..", ""], null],
  [["images", "a.png/"], null],
  [["images", "a\0.png"], null],
])("%j gives %j", (parts, expected) => {
  expect(innerPath(...parts)).toBe(expected);
});

test("whatever the parts, the path stays below its folder", () => {
  const part = fc.string({ unit: fc.constantFrom("a", ".", "/", "..", "../", "é"), maxLength: 8 });
  fc.assert(
    fc.property(part, part, (folder, name) => {
      const path = innerPath(folder, name);
      if (path !== null) expect(join(`${sep}root`, path).startsWith(`${sep}root${sep}`)).toBe(true);
    }),
  );
});
