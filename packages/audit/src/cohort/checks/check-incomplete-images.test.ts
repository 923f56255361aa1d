import { expect, test } from "@jest/globals";
import { cleanCohort } from "../../testing/clean-cohort.js";
import { checkIncompleteImages } from "./check-incomplete-images.js";

test("names used images whose file is incomplete", () => {
  const { rows, fingerprints } = cleanCohort(3);
  expect(checkIncompleteImages(rows, fingerprints)).toEqual([]);
  const path = rows[1]!.path;
  const cut = fingerprints.map((each) =>
    each.path === path ? { ...each, incomplete: "incomplete: its scans end early" } : each,
  );
  expect(checkIncompleteImages(rows, cut)).toEqual([
    {
      check: "images",
      severity: "issue",
      summary: "1 image is incomplete and has less detail than it had.",
      items: [`${path.split("/").at(-1)}: incomplete: its scans end early`],
    },
  ]);
  const unused = rows.map((row) => (row.path === path ? { ...row, status: "duplicate" as const } : row));
  expect(checkIncompleteImages(unused, cut)).toEqual([]);
});
