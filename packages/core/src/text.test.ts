import { expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  describeValue,
  formatBytes,
  formatDuration,
  hidePasswords,
  isAddress,
  plural,
  showControls,
} from "./text.js";

test("a count agrees with its noun", () => {
  expect([plural(0, "file"), plural(1, "file"), plural(2, "file"), plural(2, "copy", "copies")]).toEqual([
    "0 files",
    "1 file",
    "2 files",
    "2 copies",
  ]);
});

test.each([
  [0, "0 bytes"],
  [1, "1 byte"],
  [999, "999 bytes"],
  [1000, "1.0 kB"],
  [1_234_567, "1.3 MB"],
  [138_222_561, "138.3 MB"],
  [2_500_000_000, "2.5 GB"],
  [5e15, "5000.0 TB"],
])("%p bytes read %p", (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test.each([
  [0.4, "0 s"],
  [59.4, "59 s"],
  [59.6, "1 min 00 s"],
  [185, "3 min 05 s"],
  [3599.9, "1 h 00 min"],
  [3720, "1 h 02 min"],
])("%p seconds read %p", (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text);
});

test.each([
  ["adam", '"adam"'],
  ["x".repeat(100), `"${"x".repeat(79)}…"`],
  [Number.NaN, "NaN"],
  [undefined, "undefined"],
  [[1, 2], "an array of 2"],
  [new Float32Array(2), "bytes or numbers (Float32Array)"],
  [new Date(0), "an object (Date)"],
  [Object.create(null), "an object"],
  [() => 1, "a function"],
  [Symbol("a"), "Symbol(a)"],
])("describeValue(%p)", (value, text) => {
  expect(describeValue(value)).toBe(text);
});

test.each([
  ["a\nb", "a\\nb"],
  ["\r\n\t", "\\r\\n\\t"],
  ["\u0000\u001b[31m\u007f", "\\u0000\\u001b[31m\\u007f"],
  ["\u0085\u009b\u2028\u2029", "\\u0085\\u009b\\u2028\\u2029"],
  // Right-to-left override, which would turn what follows around.
  ["a\u202egnp.b", "a\\u202egnp.b"],
])("%j is shown", (text, shown) => {
  expect(showControls(text)).toBe(shown);
});

test.each(["C:\\new\\a.png", "Ünïcode 7", "放射線", "🩻", ""])("%j stays as it is", (text) => {
  expect(showControls(text)).toBe(text);
});

test("whatever comes, one line without control characters goes out, and it stays", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const shown = showControls(text);
      for (const character of shown) {
        const code = character.codePointAt(0)!;
        expect(code < 0x20 || (code > 0x7e && code < 0xa0) || code === 0x2028 || code === 0x2029).toBe(false);
      }
      expect(showControls(shown)).toBe(shown);
    }),
  );
});

test("names and passwords of addresses are left out, paths with the same signs stay", () => {
  for (const [text, shown] of [
    ["got http://user:p/w@host:80/a?b, not", "got http://host:80/a?b, not"],
    ["unknown option '--proxies=//user:pw@host'", "unknown option '--proxies=//host'"],
    ["/here/http:/user:pw@host/a is no run", "/here/http:/host/a is no run"],
    ["C:/a@2/b.png, /a//b@c.png, mail@example.org", "C:/a@2/b.png, /a//b@c.png, mail@example.org"],
    ["file:///study@2/a", "file:///study@2/a"],
  ] as const)
    expect(hidePasswords(text)).toBe(shown);
  expect(["http://a", " socks5://u:p@a", "C:/a", "/a//b", "a:b"].map(isAddress)).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
});
