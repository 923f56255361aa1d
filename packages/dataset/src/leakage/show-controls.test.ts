import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { showControls } from "./show-controls.js";

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
