import { join } from "node:path";
import { FileError, MetadataError } from "@covidxr/core";
import { expect, test } from "@jest/globals";
import { temporaryFolder } from "../testing/temporary-folder.js";
import { readTable } from "./read-table.js";

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
