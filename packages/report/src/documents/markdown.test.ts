import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { boldLead, escapeMarkdown, tableMarkdown } from "./markdown.js";

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
    ["a\u001b[2J\u202eb", "a \\[2J b"],
    ["www.a.b x@y.z", "www&#46;a.b x&#64;y.z"],
    ["\\|", "\\\\\\|"],
    ["0.9 [0.735, 0.979].", "0.9 [0.735, 0.979]."],
    ["[-0.1, 0.2](x)", "\\[-0.1, 0.2\\](x)"],
    ["[0.1, 0.2][0.3, 0.4]", "\\[0.1, 0.2\\][0.3, 0.4]"],
    ["[0.1, 0.2]: x", "\\[0.1, 0.2\\]: x"],
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

/** Cells of a line as GitHub splits it: at bars without an odd number of backslashes before them. */
function cellsOf(line: string): string[] {
  const cells = [""];
  for (let i = 0; i < line.length; i++) {
    if (line[i] === "|") cells.push("");
    else if (line[i] === "\\") cells.push(`${cells.pop()}${line[i]}${line[++i] ?? ""}`);
    else cells.push(`${cells.pop()}${line[i]}`);
  }
  return cells.slice(1, -1);
}

test("a table has a line of names, one of dashes and one for each row", () => {
  expect(tableMarkdown({ columns: ["Name", "n"], rows: [["a", 1]] })).toBe(
    "| Name | n |\n| --- | --- |\n| a | 1 |",
  );
});

test("a table keeps its columns and rows, whatever text is in it", () => {
  const cell = fc.string({ unit: fc.constantFrom(..."|\\\n\r`-: ax"), maxLength: 12 });
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, cell, cell), { maxLength: 5 }), (rows) => {
      const table = tableMarkdown({ columns: ["a", "b", "c"], rows });
      const lines = table.split("\n");
      expect(lines).toHaveLength(rows.length + 2);
      expect(lines.map((line) => cellsOf(line).length)).toEqual(lines.map(() => 3));
    }),
  );
});

test("a lead is bold, and nothing follows an empty text", () => {
  expect(boldLead("A*", "b_")).toBe("**A\\*** b\\_");
  expect(boldLead("A", "")).toBe("**A**");
});
