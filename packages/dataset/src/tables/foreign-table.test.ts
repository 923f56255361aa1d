import { FileError, InvalidArgumentError, MetadataError } from "@covidxr/core";
import { describe, expect, test } from "@jest/globals";
import { stringify } from "csv-stringify/sync";
import fc from "fast-check";
import { parseForeignTable } from "./foreign-table.js";

const TEXT = "image,label,town\na.png,covid,naïve\nb.png,normal,café\n";

function utf16(text: string, order: "le" | "be"): Uint8Array {
  const bytes = Buffer.from(text, "utf16le");
  return order === "le" ? bytes : bytes.swap16();
}

function valuesOf(content: string | Uint8Array, format = {}): (readonly string[])[] {
  return parseForeignTable(content, "t.csv", format).rows.map(({ values }) => values);
}

const ROWS = [
  ["a.png", "covid", "naïve"],
  ["b.png", "normal", "café"],
];

describe("encodings", () => {
  test.each<[string, string, Uint8Array]>([
    ["UTF-8", "utf-8", Buffer.from(TEXT)],
    ["UTF-8 with its mark", "utf-8", Buffer.from(`\uFEFF${TEXT}`)],
    ["UTF-16, little end first", "utf-16le", utf16(`\uFEFF${TEXT}`, "le")],
    ["UTF-16, big end first", "utf-16be", utf16(`\uFEFF${TEXT}`, "be")],
    ["UTF-16 without a mark", "utf-16le", utf16(TEXT, "le")],
    ["UTF-16 without a mark, big end first", "utf-16be", utf16(TEXT, "be")],
    ["Windows-1252", "windows-1252", Buffer.from(TEXT, "latin1")],
  ])("%s is read, and said", (_, encoding, bytes) => {
    const { rows, reading, header } = parseForeignTable(bytes, "t.csv");
    expect(header).toEqual(["image", "label", "town"]);
    expect(rows.map(({ values }) => values)).toEqual(ROWS);
    expect(reading).toMatchObject({ encoding, delimiter: ",", rows: 2, leftOut: [] });
  });

  test("typographic quotes and dashes of Windows-1252 are not control characters", () => {
    const bytes = Buffer.from("a,b\n1,\x93high fever\x94 \x96 38 \xB0C \x80\n", "latin1");
    expect(valuesOf(bytes)).toEqual([["1", "“high fever” – 38 °C €"]]);
  });

  test.each([
    "caf\xE9\x94",
    "\x93\xC9cole\x94",
    "se\xE7\xE3o",
    "38 \xB0C",
    "\xE0 5 \xD7 10\xB3",
    "39\xBA",
    "\x84\xDCber\x93",
  ])("%j is Western", (cell) => {
    const { reading } = parseForeignTable(Buffer.from(`a,b\n1,${cell}\n`, "latin1"), "t.csv");
    expect(reading.encoding).toBe("windows-1252");
  });

  test("a line of Windows-1252 in a file of UTF-8 is read as it was meant", () => {
    const bytes = Buffer.concat([Buffer.from("a,b\n1,café\n"), Buffer.from("2,na\xEFve\n", "latin1")]);
    const { rows, reading, damaged } = parseForeignTable(bytes, "t.csv");
    expect(rows.map(({ values }) => values)).toEqual([
      ["1", "café"],
      ["2", "naïve"],
    ]);
    expect(reading.encoding).toBe("utf-8 (1 line in windows-1252)");
    expect(damaged).toBe(0);
  });

  test.each([
    [
      "windows-1251",
      Buffer.from("a,b\n1,\xEF\xED\xE5\xE2\xEC\xEE\xED\xE8\xFF\n", "latin1"),
      "\u043f\u043d\u0435\u0432\u043c\u043e\u043d\u0438\u044f",
    ],
    ["shift_jis", Buffer.from("a,b\n1,\x93\xFA\x96{\n", "latin1"), "日本"],
    ["gb18030", Buffer.from("a,b\n1,\xB7\xCE\xD1\xD7\n", "latin1"), "肺炎"],
  ])("%s is asked for, and read once it is named", (encoding, bytes, word) => {
    const parse = () => parseForeignTable(bytes, "t.csv");
    expect(parse).toThrow(FileError);
    expect(parse).toThrow(expect.objectContaining({ reason: "corrupt", path: "t.csv" }));
    expect(parse).toThrow(/on line 2; save the table as UTF-8, or name its encoding/);
    expect(parseForeignTable(bytes, "t.csv", { encoding })).toMatchObject({ reading: { encoding } });
    expect(valuesOf(bytes, { encoding })).toEqual([["1", word]]);
  });

  test("an encoding that is unknown, and one that the bytes are not of", () => {
    expect(() => parseForeignTable(TEXT, "t.csv", { encoding: "utf-8" })).not.toThrow();
    const unknown = () => parseForeignTable(Buffer.from(TEXT), "t.csv", { encoding: "klingon" });
    expect(unknown).toThrow(InvalidArgumentError);
    expect(unknown).toThrow(expect.objectContaining({ parameter: "encoding" }));
    const wrong = () => parseForeignTable(Buffer.from(TEXT, "latin1"), "t.csv", { encoding: "utf-8" });
    expect(wrong).toThrow(expect.objectContaining({ reason: "corrupt" }));
  });
});

test.each<[string, string | Uint8Array, RegExp]>([
  [
    "an Excel workbook",
    Buffer.from(`PK\x03\x04${" ".repeat(26)}[Content_Types].xml\0\0`, "latin1"),
    /Excel workbook \(\.xlsx\); open it in Excel and save it as "CSV UTF-8"/,
  ],
  ["an old one", Buffer.from("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\0\0", "latin1"), /Excel workbook \(\.xls\)/],
  [
    "one of LibreOffice",
    Buffer.from(`PK\x03\x04${" ".repeat(26)}application/vnd.oasis.opendocument`, "latin1"),
    /spreadsheet \(\.ods\)/,
  ],
  ["an archive", Buffer.from("PK\x03\x04data.csv", "latin1"), /ZIP archive; unpack it first/],
  ["a gzip archive", Uint8Array.of(0x1f, 0x8b, 8, 0), /gzip archive/],
  ["a web page", "\n<!DOCTYPE html><html>", /web page or XML; download the file itself/],
  ["a pointer", Buffer.from("version https://git-lfs.github.com/spec/v1\noid sha256:0\n"), /Git LFS/],
])("%s under the name of a table is told, with what to do", (_, content, message) => {
  const parse = () => parseForeignTable(content, "t.csv");
  expect(parse).toThrow(FileError);
  expect(parse).toThrow(expect.objectContaining({ reason: "corrupt", path: "t.csv" }));
  expect(parse).toThrow(message);
});

describe("delimiters", () => {
  test.each([",", ";", "\t", "|"])("%j is found, whatever stands in quotes and cells", (delimiter) => {
    const rows = [
      ["image", "label", "age"],
      ["a.png", 'x;y,z|q\tr "s"', "45,5"],
      ["b.png", "line\nbreak", "7,0"],
    ];
    const { rows: read, reading } = parseForeignTable(stringify(rows, { delimiter }), "t.csv");
    expect(read.map(({ values }) => values)).toEqual(rows.slice(1));
    expect(reading.delimiter).toBe(delimiter);
  });

  test("Excel's hint counts, and its line is not a row", () => {
    const { rows, reading } = parseForeignTable("sep=;\r\nimage;label\r\na.png;1,5\r\n", "t.csv");
    expect(rows).toEqual([{ line: 3, values: ["a.png", "1,5"] }]);
    expect(reading).toMatchObject({ delimiter: ";", rows: 1 });
  });

  test("one column needs none", () => {
    expect(parseForeignTable("image\na.png\n", "t.csv")).toMatchObject({ reading: { delimiter: "," } });
  });

  test("two that fit equally are asked about", () => {
    const content = "image;label,age\na.png;1,5\n";
    const parse = () => parseForeignTable(content, "t.csv");
    expect(parse).toThrow(MetadataError);
    expect(parse).toThrow(/got "," and ";", which both give 2 columns; name it/);
    expect(valuesOf(content, { delimiter: ";" })).toEqual([["a.png", "1,5"]]);
    const wrong = () => parseForeignTable(content, "t.csv", { delimiter: ";;" });
    expect(wrong).toThrow(expect.objectContaining({ parameter: "delimiter" }));
  });

  test("any table comes back, with any of them", () => {
    const cell = fc.string({ unit: fc.constantFrom("a", "é", ",", '"', "\n", ";", "|", "\t"), minLength: 1 });
    const table = fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(table, fc.constantFrom(",", ";", "\t", "|"), (rows, delimiter) => {
        const visible = rows.map((row) => row.map((each) => `x${each}`));
        const content = stringify([["one", "two", "three"], ...visible], { delimiter });
        expect(valuesOf(content)).toEqual(visible);
      }),
    );
  });
});

describe("headers and rows", () => {
  test("blank and repeated names of columns are no fault", () => {
    const { columns, repeated } = parseForeignTable(",a,,A,b\n0,1,2,3,4\n", "t.csv");
    expect(Object.fromEntries(columns)).toEqual({ a: 1, b: 4 });
    expect(Object.fromEntries(repeated!)).toEqual({ a: [1, 3] });
  });

  test("each row is read, or left out with its line and the reason", () => {
    const { rows, reading } = parseForeignTable("a,b,c\n1,2,3\n,,\n4,5\n\n6,7,8,\n6,7,8,9\n", "t.csv");
    expect(rows).toEqual([
      { line: 2, values: ["1", "2", "3"] },
      { line: 6, values: ["6", "7", "8"] },
    ]);
    expect(reading.rows).toBe(5);
    expect(reading.leftOut.map(({ line, name }) => [line, name])).toEqual([
      [3, ""],
      [4, "4"],
      [7, "6"],
    ]);
  });

  test("a delimiter at the end of the header alone is no column", () => {
    expect(parseForeignTable("a,b,\n1,2\n3,4\n", "t.csv")).toMatchObject({
      header: ["a", "b"],
      reading: { leftOut: [] },
    });
    // One row that lacks a field is not such a table: which one it lacks cannot be told.
    const { rows } = parseForeignTable("a,b,\n1,2,\n3,4,\n5,6\n", "t.csv");
    expect(rows).toHaveLength(2);
  });

  test.each([
    ["", 1],
    ["a,b\n", 1],
    ["a,b\n0,1,2\n1,3,4\n", 2],
  ])("%j has no rows to read", (content, line) => {
    const parse = () => parseForeignTable(content, "t.csv");
    expect(parse).toThrow(MetadataError);
    expect(parse).toThrow(expect.objectContaining({ reason: "empty", line }));
  });
});
