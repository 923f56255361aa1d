import { join } from "node:path";
import { FileError, MetadataError } from "@covidxr/core";
import { describe, expect, test } from "@jest/globals";
import { stringify } from "csv-stringify/sync";
import fc from "fast-check";
import { readMetadata } from "../adapters/read-covid-chest-xray.js";
import { temporaryFolder } from "../testing/folders.js";
import { parseMetadata, parseMetadataTable } from "./parse-metadata.js";

const HEADER = "patientid,offset,sex,age,finding,view,modality,folder,filename,clinical_notes,";

function row(
  filename: string,
  change: Partial<Record<"patient" | "age" | "notes" | "folder", string>> = {},
): string {
  const { patient = "7", age = "54", notes = "", folder = "images" } = change;
  return `${patient},3,F,${age},COVID-19,PA,X-ray,${folder},${filename},${notes},`;
}

function parse(...lines: string[]) {
  return parseMetadata(`${lines.join("\n")}\n`, "metadata.csv");
}

function account(...lines: string[]) {
  return parseMetadataTable(`${lines.join("\n")}\n`, "metadata.csv");
}

function expectFault(run: () => unknown, fields: Partial<MetadataError>): void {
  expect(run).toThrow(MetadataError);
  expect(run).toThrow(expect.objectContaining({ path: "metadata.csv", ...fields }));
}

describe("parseMetadata", () => {
  test("gives typed records; blank cells and absent columns are null", () => {
    const [first, second] = parse(HEADER, row("a.png", { notes: " cough " }), row("b.png", { age: " " }));
    expect(first).toMatchObject({
      line: 2,
      patientId: "7",
      offset: 3,
      sex: "F",
      age: 54,
      finding: "COVID-19",
      view: "PA",
      modality: "X-ray",
      folder: "images",
      filename: "a.png",
      clinicalNotes: "cough",
      license: null,
      temperature: null,
      otherColumns: {},
    });
    expect(second).toMatchObject({ line: 3, age: null, clinicalNotes: null });
  });

  test("reads earlier spellings of the header", () => {
    const header =
      "Patientid,Finding,VIEW,modality,folder,filename, url,pO2 saturation,wbc count,Clinical Notes";
    const [record] = parse(header, "1,SARS,PA,X-ray,images,a.png,https://x.org,97.5,-0.5,n");
    expect(record).toMatchObject({
      patientId: "1",
      url: "https://x.org",
      pO2Saturation: 97.5,
      leukocyteCount: -0.5,
      clinicalNotes: "n",
    });
  });

  test("keeps what stands in columns without a field, the unnamed last one too", () => {
    const [record] = parse(`${HEADER.slice(0, -1)},severity,`, `${row("a.png").slice(0, -1)},4,a stray note`);
    expect(record!.otherColumns).toEqual({ severity: "4", "": "a stray note" });
  });

  test("a column named like an object's internals is data", () => {
    const [record] = parse(`__proto__,${HEADER}`, `x,${row("a.png")}`);
    expect(Object.entries(record!.otherColumns)).toEqual([["__proto__", "x"]]);
  });

  test.each(["\n", "\r\n", "\r"])("knows true lines with %j, across empty lines and quoted ones", (end) => {
    const lines = [HEADER, "", row("a.png", { notes: `"one${end}two ""x""${end}${end}"` }), "", row("b.png")];
    const records = parseMetadata(`\uFEFF${lines.join(end)}`, "metadata.csv");
    expect(records.map(({ line }) => line)).toEqual([3, 8]);
    expect(records[0]!.clinicalNotes).toBe(`one${end}two "x"`);
  });

  test("a row with a field too few or too many is left out, and listed by the line on which it begins", () => {
    const quoted = row("a.png", { notes: '"one\r\ntwo"' });
    const long = `${row("b.png")},stray`;
    const { records, table } = account(HEADER, quoted, "8,3,F", long, `${row("c.png")},,`);
    expect(records.map(({ filename, line }) => [filename, line])).toEqual([
      ["a.png", 2],
      ["c.png", 6],
    ]);
    expect(table.leftOut.map(({ line, reason, name }) => [line, reason.slice(0, 21), name])).toEqual([
      [4, "rows with fewer field", "8"],
      [5, "rows with more fields", "7"],
    ]);
    expect(table.rows).toBe(4);
  });

  test("an unclosed quote names the line on which its row begins", () => {
    const good = row("a.png", { notes: '"one\r\ntwo"' });
    const rows = [row("b.png", { notes: '"open' }), row("c.png")];
    expectFault(() => parse(HEADER, good, ...rows), { reason: "broken-row", line: 4 });
    const later = row("d.png", { notes: '"x" y' });
    expectFault(() => parse(HEADER, good, ...rows, later), { reason: "broken-row", line: 4 });
  });

  test.each(['"closed" early', 'inner "quote"', "“typographic”", '5" film', '"so called "normal""'])(
    "a quote inside a field is a character: %s",
    (notes) => {
      const good = row("a.png", { notes: '"one, ""two""\nthree"' });
      const [first, second, third] = parse(HEADER, good, row("b.png", { notes }), row("c.png"));
      expect(first!.clinicalNotes).toBe('one, "two"\nthree');
      expect(second).toMatchObject({ filename: "b.png", otherColumns: {} });
      expect(second!.clinicalNotes).toMatch(/closed|quote|typographic|film|normal/);
      expect(third).toMatchObject({ filename: "c.png", line: 5 });
    },
  );

  test.each(["finding", "filename"])("column %s must be there", (column) => {
    const header = HEADER.replace(column, "something_else");
    expectFault(() => parse(header, row("a.png")), { reason: "missing-column", column, line: 1 });
  });

  test("a file in several rows has several records, under two patients too", () => {
    const rows = [row("a.png"), row("b.png"), row("a.png", { patient: "9" }), row("b.png")];
    const { records, remarks } = account(HEADER, ...rows);
    expect(records.map(({ filename, patientId }) => [filename, patientId])).toEqual([
      ["a.png", "7"],
      ["b.png", "7"],
      ["a.png", "9"],
      ["b.png", "7"],
    ]);
    expect(remarks).toEqual([
      {
        what: "files in several rows under several patients, who stay together",
        count: 1,
        examples: ["a.png (lines 2, 4; patients 7, 9)"],
      },
      { what: "files in several rows", count: 1, examples: ["b.png (lines 3, 5)"] },
    ]);
  });

  test("of columns that mean the same, the first stands for both, and the others are kept", () => {
    const [age] = parse(`${HEADER.slice(0, -1)},Age,Age`, `${row("a.png").slice(0, -1)},33,34`);
    expect(age).toMatchObject({ age: 54, otherColumns: { Age: "33", "Age (2)": "34" } });
    const [count] = parse(`wbc count,leukocyte_count,${HEADER}`, `1,2,${row("a.png")}`);
    expect(count).toMatchObject({ leukocyteCount: 2, otherColumns: { "wbc count": "1" } });
  });

  test("of two file names that differ, which one is meant is asked", () => {
    const same = parse(`Filename,${HEADER}`, `a.png,${row("a.png")}`);
    expect(same).toHaveLength(1);
    expectFault(() => parse(`Filename,${HEADER}`, `b.png,${row("a.png")}`), {
      reason: "duplicate-key",
      column: "filename",
    });
  });

  test.each([
    "fifty",
    "5O",
    "1,5",
    "Infinity",
    "NaN",
    "0x1F",
    "1e3",
    "45-50",
    ">65",
    "?",
    "38.6° C",
    "“high fever”",
  ])("an age of %s becomes missing, and is listed", (age) => {
    const { records, remarks, table } = account(HEADER, row("a.png", { age: `"${age}"` }), row("b.png"));
    expect(records.map((record) => record.age)).toEqual([null, 54]);
    const what = 'cells of column "age" that are no number, read as missing';
    expect(remarks).toEqual([{ what, count: 1, examples: [`${age} (line 2)`] }]);
    expect(table).toMatchObject({ rows: 2, leftOut: [] });
  });

  test("a blank patient is unknown; a row without a file name, or without anything, is left out", () => {
    const blank = HEADER.replaceAll(/[^,]/g, "");
    const { records, remarks, table } = account(HEADER, row("a.png", { patient: " " }), row(" "), blank);
    expect(records).toHaveLength(1);
    expect(records[0]).toMatchObject({ patientId: null, filename: "a.png" });
    expect(remarks.map(({ what, count }) => [what, count])).toEqual([
      ["rows without a patient, who is unknown", 1],
    ]);
    expect(table.leftOut.map(({ line, reason }) => [line, reason])).toEqual([
      [3, "rows without a file name"],
      [4, "rows without a value"],
    ]);
  });

  test("reads the first versions, of February and March 2020", () => {
    const { records, remarks, table } = account(
      "Patientid,offset,sex,age,finding,survival,year,country, filename, url,notes,",
      "1, ,,,SARS-CoV-2,,2019,Vietnam, a.png, https://x.org,mild,",
    );
    expect(records).toHaveLength(1);
    expect(records[0]).toMatchObject({
      ...{ patientId: "1", offset: null, finding: "SARS-CoV-2", view: "", modality: "", folder: "images" },
      ...{
        filename: "a.png",
        date: "2019",
        location: "Vietnam",
        url: "https://x.org",
        clinicalNotes: "mild",
      },
    });
    expect(remarks).toEqual([
      {
        what: "columns that this version does not have",
        count: 3,
        examples: ["view", "modality", "folder (images)"],
      },
    ]);
    expect(table.leftOut).toEqual([]);
  });

  test("no header, and no row, are errors", () => {
    expectFault(() => parseMetadata("", "metadata.csv"), { reason: "empty", line: 1 });
    expectFault(() => parse(HEADER), { reason: "empty", line: 1 });
  });

  test("a damaged character is kept in notes, and refused in a file name", () => {
    const bytes = (text: string) => Buffer.from(text.replaceAll("?", "\u00ff"), "latin1");
    const utf8 = Buffer.from("é").toString("latin1");
    const read = (filename: string, notes: string) =>
      parseMetadataTable(
        bytes(`${HEADER}\n${row("1.png", { notes: utf8 })}\n${row(filename, { notes })}\n`),
        "metadata.csv",
      );
    const { records, remarks } = read("2.png", `${utf8}????`);
    expect(records.map(({ clinicalNotes }) => clinicalNotes)).toEqual(["é", "é\uFFFD\uFFFD\uFFFD\uFFFD"]);
    expect(remarks).toEqual([
      { what: "rows with characters that are not UTF-8, read as �", count: 1, examples: ["line 3"] },
    ]);
    expectFault(() => read(`2${utf8}????.png`, ""), { reason: "invalid-value", column: "filename", line: 3 });
  });
});

describe("a table that somebody saved anew", () => {
  const cells = [
    [...HEADER.split(",").slice(0, -1), ""],
    ["7", "3", "F", "54", "COVID-19", "PA", "X-ray", "images", "a.png", 'naïve “café”, 38.6 °C; "x"', ""],
    ["8", "?", "M", ">50", "SARS", "AP", "X-ray", "images", "b.png", "", "stray"],
  ];
  const latin = (csv: string): Uint8Array =>
    Buffer.from(csv.replaceAll("“", "\x93").replaceAll("”", "\x94"), "latin1");
  const encodings: Record<string, (csv: string) => string | Uint8Array> = {
    "utf-8": (csv) => Buffer.from(`\uFEFF${csv}`),
    "utf-16le": (csv) => Buffer.from(`\uFEFF${csv}`, "utf16le"),
    "utf-16be": (csv) => Buffer.from(`\uFEFF${csv}`, "utf16le").swap16(),
    "windows-1252": latin,
  };
  const kinds = Object.keys(encodings).flatMap((encoding) =>
    [",", ";", "\t", "|"].flatMap((delimiter) =>
      ["\n", "\r\n"].map((end) => [encoding, delimiter, end] as const),
    ),
  );

  test.each(kinds)("in %s, separated by %j, lines by %j", (encoding, delimiter, record_delimiter) => {
    const csv = stringify(cells, { delimiter, record_delimiter });
    const { records, table, remarks } = parseMetadataTable(encodings[encoding]!(csv), "metadata.csv");
    expect(records).toMatchObject([
      {
        line: 2,
        patientId: "7",
        offset: 3,
        age: 54,
        filename: "a.png",
        clinicalNotes: cells[1]![9],
        otherColumns: {},
      },
      { line: 3, patientId: "8", offset: null, age: null, filename: "b.png", otherColumns: { "": "stray" } },
    ]);
    expect(table).toEqual({ path: "metadata.csv", encoding, delimiter, rows: 2, leftOut: [] });
    expect(remarks.map(({ examples }) => examples)).toEqual([["? (line 3)"], [">50 (line 3)"]]);
  });

  test("an Excel workbook is told", () => {
    const workbook = Buffer.from("PK\x03\x04[Content_Types].xml", "latin1");
    const run = () => parseMetadata(workbook, "metadata.csv");
    expect(run).toThrow(FileError);
    expect(run).toThrow(expect.objectContaining({ path: "metadata.csv", reason: "corrupt" }));
  });
});

const text = fc.string({
  unit: fc.constantFrom("a", "é", "😀", ",", '"', "\n", "\r", " ", ";"),
  maxLength: 12,
});

test("any notes come back trimmed, each row with its line", () => {
  fc.assert(
    fc.property(
      fc.array(text, { minLength: 1, maxLength: 8 }),
      fc.constantFrom("\n", "\r\n"),
      (notes, end) => {
        const lines = notes.map((note, i) => [
          "7",
          "",
          "",
          "",
          "SARS",
          "PA",
          "X-ray",
          "images",
          `${i}.png`,
          note,
          "",
        ]);
        const csv = stringify([HEADER.split(","), ...lines], {
          record_delimiter: end,
          quoted_match: /[\r\n]/,
        });
        const records = parseMetadata(Buffer.from(csv), "metadata.csv");
        expect(records.map((record) => record.clinicalNotes ?? "")).toEqual(notes.map((note) => note.trim()));
        const textLines = csv.split(/\r\n|\n|\r/);
        for (const record of records) expect(textLines[record.line - 1]).toMatch(/^7,,,,SARS,PA/);
      },
    ),
  );
});

test("whatever the input, each row is a record or left out, or an error with a line comes out", () => {
  const pieces = fc.constantFrom(
    HEADER,
    row("a.png"),
    row("b.png"),
    '"',
    ",",
    "\n",
    "\r\n",
    "7",
    "\u0000",
    "é",
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
      const content = `${HEADER}\n${parts.join("")}`;
      try {
        const { records, table } = parseMetadataTable(content, "metadata.csv");
        for (const record of records) expect(record.filename).not.toBe("");
        expect(records.length + table.leftOut.length).toBe(table.rows);
      } catch (error) {
        expect(error).toBeInstanceOf(MetadataError);
        const { line } = error as MetadataError;
        expect(line).toBeGreaterThanOrEqual(1);
        expect(line).toBeLessThanOrEqual(content.split(/\r\n|\n|\r/).length);
      }
    }),
  );
});

test("reads records from a file", async () => {
  const csv = "patientid,finding,view,modality,folder,filename,\n4,SARS,PA,X-ray,images,a.png,\n";
  const folder = await temporaryFolder({ "metadata.csv": csv });
  const records = await readMetadata(join(folder, "metadata.csv"));
  expect(records).toHaveLength(1);
  expect(records[0]).toMatchObject({ patientId: "4", finding: "SARS", filename: "a.png", line: 2 });
});

test("errors carry the path", async () => {
  const folder = await temporaryFolder({ "metadata.csv": "patientid\n1\n" });
  const path = join(folder, "metadata.csv");
  const failure = readMetadata(path);
  await expect(failure).rejects.toBeInstanceOf(MetadataError);
  await expect(failure).rejects.toMatchObject({ path, reason: "missing-column", column: "finding" });
});

test("a file that is not there, or is a folder", async () => {
  const folder = await temporaryFolder();
  const absent = readMetadata(join(folder, "metadata.csv"));
  await expect(absent).rejects.toBeInstanceOf(FileError);
  await expect(absent).rejects.toMatchObject({ reason: "missing", path: join(folder, "metadata.csv") });
  const directory = readMetadata(folder);
  await expect(directory).rejects.toBeInstanceOf(FileError);
  await expect(directory).rejects.toMatchObject({ reason: "unreadable", path: folder });
});
