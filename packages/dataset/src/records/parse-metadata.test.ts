import { join } from "node:path";
import { FileError, MetadataError } from "@covidxr/core";
import { describe, expect, test } from "@jest/globals";
import { stringify } from "csv-stringify/sync";
import fc from "fast-check";
import { readMetadata } from "../adapters/read-covid-chest-xray.js";
import { temporaryFolder } from "../testing/folders.js";
import { parseMetadata } from "./parse-metadata.js";

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

  test("a row with a field too few or too many is named by the line on which it begins", () => {
    const quoted = row("a.png", { notes: '"one\r\ntwo"' });
    expectFault(() => parse(HEADER, quoted, "8,3,F"), { reason: "broken-row", line: 4 });
    expectFault(() => parse(HEADER, quoted, `${row("b.png")},`), { reason: "broken-row", line: 4 });
  });

  test("a misplaced or unclosed quote names the line on which its row begins", () => {
    const good = row("a.png", { notes: '"one\r\ntwo"' });
    for (const notes of ['"open', '"closed" early', 'inner "quote"']) {
      expectFault(() => parse(HEADER, good, row("b.png", { notes }), row("c.png")), {
        reason: "broken-row",
        line: 4,
      });
    }
  });

  test.each(["patientid", "finding", "view", "modality", "folder", "filename"])(
    "column %s must be there",
    (column) => {
      const header = HEADER.replace(column, "something_else");
      expectFault(() => parse(header, row("a.png")), { reason: "missing-column", column, line: 1 });
    },
  );

  test("a file name that comes twice names both lines", () => {
    const run = () => parse(HEADER, row("a.png"), row("b.png"), row("a.png", { folder: "volumes" }));
    expectFault(run, { reason: "duplicate-key", line: 4, column: "filename" });
    expect(run).toThrow(/"a\.png" already appears on line 2/);
  });

  test("columns that mean the same are refused", () => {
    expectFault(() => parse(`${HEADER.slice(0, -1)},Age`, row("a.png")), {
      reason: "duplicate-key",
      column: "Age",
    });
    expectFault(() => parse(`wbc count,leukocyte_count,${HEADER}`, `1,2,${row("a.png")}`), {
      reason: "duplicate-key",
      column: "wbc count",
    });
  });

  test.each(["fifty", "5O", "1,5", "Infinity", "NaN", "0x1F", "1e3", "45-50", ">65"])(
    "an age of %s is an error, not a guess",
    (age) => {
      expectFault(() => parse(HEADER, row("a.png", { age: `"${age}"` })), {
        reason: "invalid-value",
        line: 2,
        column: "age",
      });
    },
  );

  test.each<["patient" | "folder", string]>([
    ["patient", "patientid"],
    ["folder", "folder"],
  ])("a blank %s is an error", (field, column) => {
    expectFault(() => parse(HEADER, row("a.png", { [field]: " " })), {
      reason: "invalid-value",
      column,
      line: 2,
    });
  });

  test("a blank file name is an error", () => {
    expectFault(() => parse(HEADER, row("")), { reason: "invalid-value", column: "filename", line: 2 });
  });

  test("no header, and no row, are errors", () => {
    expectFault(() => parseMetadata("", "metadata.csv"), { reason: "empty", line: 1 });
    expectFault(() => parse(HEADER), { reason: "empty", line: 1 });
  });

  test("bytes that are not UTF-8 are an error", () => {
    const run = () => parseMetadata(Uint8Array.of(0x61, 0xff, 0x0a), "metadata.csv");
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

test("whatever the input, records or an error with a line come out", () => {
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
        for (const record of parseMetadata(content, "metadata.csv")) expect(record.filename).not.toBe("");
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
