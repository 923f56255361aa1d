import { expect, test } from "@jest/globals";
import { integrityText } from "./integrity.js";

const untouched = { verified: true, edited: [] };
const study = (different: string[]) => ({
  study: { files: 303, verified: 303 - different.length, different },
});

test("says nothing of files that are as published and as written", () => {
  expect(integrityText({ integrity: untouched, record: {} })).toBeNull();
  expect(integrityText({ integrity: untouched, record: study([]) })).toBeNull();
});

test("names files that are not the published ones, and a table that makes another study", () => {
  expect(integrityText({ integrity: untouched, record: study(["a/b.png"]) })).toBe(
    "Not the published study’s files: a/b.png.",
  );
  expect(
    integrityText({
      integrity: { verified: true, edited: ["predictions.csv"] },
      record: study(["chestxrays.csv"]),
    }),
  ).toBe(
    "Edited after the run: predictions.csv. Results that depend on them are not the run’s own. " +
      "Not the published study’s files: chestxrays.csv. This is another study.",
  );
});
