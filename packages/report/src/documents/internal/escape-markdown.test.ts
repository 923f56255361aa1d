import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { escapeMarkdown } from "./escape-markdown.js";

/** Reads escaped text back as a renderer shows it: backslashes and character references taken away. */
function shown(markdown: string): string {
  const names: Record<string, string> = { amp: "&", lt: "<", gt: ">", "#64": "@", "#58": ":", "#46": "." };
  return markdown.replace(
    /\\([!-/:-@[-`{-~])|&(amp|lt|gt|#64|#58|#46);/g,
    (_, mark: string, name: string) => mark ?? names[name]!,
  );
}

const HOSTILE = fc.string({
  unit: fc.constantFrom(..."\\`*_[]()#|~$!<>&@:/.w-+=1)\n\r\t {}\"'aZé"),
  maxLength: 40,
});

describe("escapeMarkdown", () => {
  test.each([
    ["image-1.png", "image-1.png"],
    ["0.7", "0.7"],
    ["a|b", "a\\|b"],
    ["<script>", "&lt;script&gt;"],
    ["AT&amp;T", "AT&amp;amp;T"],
    ["**bold** _it_ `code`", "\\*\\*bold\\*\\* \\_it\\_ \\`code\\`"],
    ["![x](http://a.b)", "\\!\\[x\\](http&#58;//a.b)"],
    ["# no heading", "\\# no heading"],
    ["1. no item", "1\\. no item"],
    ["- no item", "\\- no item"],
    ["one\r\ntwo", "one two"],
    ["www.a.b x@y.z", "www&#46;a.b x&#64;y.z"],
    ["\\|", "\\\\\\|"],
  ])("%j reads %j", (text, markdown) => {
    expect(escapeMarkdown(text)).toBe(markdown);
  });

  test("shows the same text, but for line ends and control characters", () => {
    fc.assert(
      fc.property(HOSTILE, (text) => {
        // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out.
        expect(shown(escapeMarkdown(text))).toBe(text.replace(/[\u0000-\u001f]+/g, " "));
      }),
    );
  });

  test("leaves no tag, no line end and no mark without its backslash", () => {
    fc.assert(
      fc.property(HOSTILE, (text) => {
        const markdown = escapeMarkdown(text);
        expect(markdown).not.toMatch(/[<>\n\r]/);
        expect(markdown).not.toMatch(/:\/\/|www\./i);
        expect(markdown.replace(/\\[!-/:-@[-`{-~]|&#\d+;/g, "")).not.toMatch(/[\\`*_[\]#|~$!]/);
      }),
    );
  });
});
