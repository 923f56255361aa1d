import { InvalidArgumentError } from "@covidxr/core";
import { expect, test } from "@jest/globals";
import { cohortRow } from "../testing/cohort-row.js";
import { markUnreadable } from "./mark-unreadable.js";

test("marks every row of a file", () => {
  const rows = [cohortRow("a.png"), cohortRow("b.png"), cohortRow("a.png", { split: "test" })];
  expect(markUnreadable(rows, ["a.png"]).map(({ status }) => status)).toEqual([
    "unreadable",
    "used",
    "unreadable",
  ]);
  expect(rows[0]!.status).toBe("used");
});

test("refuses a path of no row", () => {
  const run = () => markUnreadable([cohortRow("images/a.png")], ["a.png"]);
  expect(run).toThrow(InvalidArgumentError);
  expect(run).toThrow(expect.objectContaining({ parameter: "paths", value: "a.png" }));
});
