import { expect, test } from "@jest/globals";
import { cleanCohort } from "../../testing/clean-cohort.js";
import { checkBlankImages } from "./check-blank-images.js";

const { rows, fingerprints } = cleanCohort(3);

/** Pixels at level 0 and the rest at 200. */
function histogram(dark: number): Float32Array {
  const shares = new Float32Array(256);
  shares[0] = dark;
  shares[200] = 1 - dark;
  return shares;
}

const withShares = (dark: (place: number) => number) =>
  fingerprints.map((each, place) => ({ ...each, histogram: histogram(dark(place)) }));

test("reports images of one grey level, black or bright", () => {
  const [finding, ...others] = checkBlankImages(
    rows,
    withShares((place) => (place === 4 ? 1 : place === 7 ? 0.001 : 0.4)),
  );
  expect(others).toEqual([]);
  expect(finding).toMatchObject({
    check: "images",
    severity: "issue",
    summary: "2 images are blank: exclude them.",
    items: [
      expect.stringContaining(fingerprints[4]!.path.split("/").at(-1)!),
      expect.stringContaining(fingerprints[7]!.path.split("/").at(-1)!),
    ],
  });
});

test("reports images of almost no contrast, such as twelve bits kept as their upper bytes", () => {
  // Levels 0 to 15 alike, as of values up to 4,095 of 65,535; the neighbour has one level more.
  const shares = (levels: number) =>
    Float32Array.from({ length: 256 }, (_, i) => (i < levels ? 1 / levels : 0));
  const faint = fingerprints.map((each, place) => ({ ...each, histogram: shares(place === 2 ? 16 : 17) }));
  expect(checkBlankImages(rows, faint)).toEqual([
    {
      check: "images",
      severity: "issue",
      summary:
        "1 image has almost no contrast (16 of 256 grey levels): export it again with a window that fits.",
      items: [expect.stringContaining(fingerprints[2]!.path.split("/").at(-1)!)],
    },
  ]);
});

test("ignores images with content, and rows not in use", () => {
  expect(
    checkBlankImages(
      rows,
      withShares(() => 0.9),
    ),
  ).toEqual([]);
  const left = rows.map((row) => ({ ...row, status: "duplicate" as const }));
  expect(
    checkBlankImages(
      left,
      withShares(() => 1),
    ),
  ).toEqual([]);
});
