import { join } from "node:path";
import { FileError, MetadataError } from "@covidxr/core";
import { describe, expect, test } from "@jest/globals";
import { stringify } from "csv-stringify/sync";
import fc from "fast-check";
import { readTable } from "./files.js";
import { normalizeHeader, parseTable, requireColumn } from "./table.js";
import { temporaryFolder } from "./testing/folders.js";

function faultOf(work: () => unknown): MetadataError {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(MetadataError);
    return error as MetadataError;
  }
  throw new Error("expected an error");
}

describe("parseTable", () => {
  test("tells the line on which each row begins", () => {
    const { header, rows, path } = parseTable('a,b\r\n1,"x\r\ny"\r\n\r\n2,z\r\n', "list.csv");
    expect({ header, rows, path }).toEqual({
      path: "list.csv",
      header: ["a", "b"],
      rows: [
        { line: 2, values: ["1", "x\r\ny"] },
        { line: 5, values: ["2", "z"] },
      ],
    });
  });

  test("gives back any cells", () => {
    const cell = fc.string({ unit: fc.constantFrom("a", "é", ",", '"', "\n", ";", " "), minLength: 1 });
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 5 }), (rows) => {
        const { rows: parsed } = parseTable(stringify([["one", "two"], ...rows]), "list.csv");
        expect(parsed.map(({ values }) => values)).toEqual(rows);
      }),
    );
  });

  test.each([
    ["", { reason: "empty", line: 1 }],
    ["a,b\n", { reason: "empty", line: 1 }],
    ["a,b\n1,2\n3\n", { reason: "broken-row", line: 3 }],
    ['a,b\n1,"2\n', { reason: "broken-row", line: 2 }],
    ["a,A\n1,2\n", { reason: "duplicate-key", line: 1, column: "A" }],
  ])("refuses %j", (content, fields) => {
    expect(faultOf(() => parseTable(content, "list.csv"))).toMatchObject({ path: "list.csv", ...fields });
  });

  test("refuses bytes that are not UTF-8", () => {
    const parse = () => parseTable(Uint8Array.of(0x61, 0xff), "list.csv");
    expect(parse).toThrow(FileError);
    expect(parse).toThrow(expect.objectContaining({ reason: "corrupt", path: "list.csv" }));
  });

  test("says so where a row has more fields because semicolons separate the columns", () => {
    const { message, line } = faultOf(() => parseTable("image;age\na.png;1,5\n", "list.csv"));
    expect(line).toBe(2);
    expect(message).toContain("separate the columns by commas, not by semicolons");
    expect(faultOf(() => parseTable("image;x,age\na.png\n", "list.csv")).message).not.toContain("commas");
  });
});

describe("requireColumn", () => {
  const table = parseTable(" url,pO2 saturation\n1,2\n", "list.csv");

  test("finds a column whatever its case, spaces and underscores", () => {
    expect(["url", "URL", "pO2_saturation"].map((name) => requireColumn(table, name))).toEqual([0, 0, 1]);
    expect(normalizeHeader(" Rt PCR_positive ")).toBe("rtpcrpositive");
  });

  test("names the columns that are there", () => {
    const fault = faultOf(() => requireColumn(table, "age"));
    expect(fault).toMatchObject({ reason: "missing-column", line: 1, column: "age", path: "list.csv" });
    expect(fault.message).toContain('" url", "pO2 saturation"');
    expect(fault.message).not.toContain("commas");
  });

  test.each([
    ["semicolons", "image;label\na.png;1\n"],
    ["tabs", "image\tlabel\na.png\t1\n"],
  ])("says to separate by commas where %s do", (what, content) => {
    const { message } = faultOf(() => requireColumn(parseTable(content, "list.csv"), "image"));
    expect(message).toContain(`separate the columns by commas, not by ${what}`);
  });
});

test("reads a table, with or without a byte order mark", async () => {
  const folder = await temporaryFolder({ "a.csv": "\uFEFFx,y\n1,2\n", "b.csv": "x,y\n1,2\n" });
  const [first, second] = await Promise.all(["a.csv", "b.csv"].map((name) => readTable(join(folder, name))));
  expect(first).toEqual({
    path: join(folder, "a.csv"),
    header: ["x", "y"],
    rows: [{ line: 2, values: ["1", "2"] }],
    columns: new Map([
      ["x", 0],
      ["y", 1],
    ]),
  });
  expect(second).toEqual({ ...first, path: join(folder, "b.csv") });
});

test("names the file that is missing, a folder, or no table", async () => {
  const folder = await temporaryFolder({ "empty.csv": "" });
  for (const [name, kind, reason] of [
    ["absent.csv", FileError, "missing"],
    [".", FileError, "unreadable"],
    ["empty.csv", MetadataError, "empty"],
  ] as const) {
    const failure = readTable(join(folder, name));
    await expect(failure).rejects.toBeInstanceOf(kind);
    await expect(failure).rejects.toMatchObject({ path: join(folder, name), reason });
  }
});
