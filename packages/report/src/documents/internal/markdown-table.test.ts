import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { escapeMarkdown } from "./escape-markdown.js";
import { markdownTable } from "./markdown-table.js";

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

test("has a line of names, one of dashes and one for each row", () => {
  expect(markdownTable(["Name", "n"], [["a", "1"]])).toBe("| Name | n |\n| --- | --- |\n| a | 1 |");
});

test("keeps its columns and rows, whatever escaped text stands in it", () => {
  const cell = fc.string({ unit: fc.constantFrom(..."|\\\n\r`-: ax"), maxLength: 12 });
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, cell, cell), { maxLength: 5 }), (rows) => {
      const table = markdownTable(
        ["a", "b", "c"],
        rows.map((row) => row.map(escapeMarkdown)),
      );
      const lines = table.split("\n");
      expect(lines).toHaveLength(rows.length + 2);
      expect(lines.map((line) => cellsOf(line).length)).toEqual(lines.map(() => 3));
    }),
  );
});
