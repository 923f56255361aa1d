import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { InterruptedError } from "@covidxr/core";
import { expect, test } from "@jest/globals";
import { cohortRow } from "../testing/cohort-row.js";
import { temporaryFolder } from "../testing/temporary-folder.js";
import { locateFiles } from "./locate-files.js";

test("says what stands at each path and leaves rows, order and split alone", async () => {
  const folder = await temporaryFolder({ "images/a.png": "", "images/b.png": "" });
  await mkdir(join(folder, "images/folder.png"));
  const rows = [
    cohortRow("images/a.png"),
    cohortRow("images/gone.png", { status: "unreadable" }),
    cohortRow("images/a.png"),
    cohortRow("images/gone.png"),
    cohortRow("images/a.png", { split: "test" }),
    cohortRow("images/folder.png"),
    cohortRow("images/a.png/below.png"),
    cohortRow("images/b.png", { split: null }),
    cohortRow("images/b.png", { split: null }),
  ];
  const located = await locateFiles(rows, folder);
  expect(located.map(({ status }) => status)).toEqual([
    "used",
    "missing",
    "duplicate",
    "missing",
    "used",
    "unreadable",
    "missing",
    "used",
    "duplicate",
  ]);
  expect(located.map((row) => ({ ...row, status: "used" }))).toEqual(
    rows.map((row) => ({ ...row, status: "used" })),
  );
});

test("can be stopped", async () => {
  const failure = locateFiles([cohortRow("images/a.png")], "nowhere", { signal: AbortSignal.abort() });
  await expect(failure).rejects.toBeInstanceOf(InterruptedError);
  await expect(failure).rejects.toMatchObject({ operation: "locating files" });
});
