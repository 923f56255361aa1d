import { FileError, ImageError } from "@covidxr/core";
import { expect, test } from "@jest/globals";
import { cleanCohort } from "../../testing/clean-cohort.js";
import { checkUnusableFiles } from "./check-unusable-files.js";

const { rows } = cleanCohort(3);
const [first, second, third, fourth] = rows.map(({ path }) => path) as [string, string, string, string];

const narrow = (path: string, center: number) => ({
  path,
  error: new ImageError({
    image: `/data/${path}`,
    reason: "narrow-range",
    window: { center, width: 2 * center },
    message: "expected values up to 65535",
  }),
});

test("names 16-bit images that need a window, with the one that shows all of them", () => {
  expect(checkUnusableFiles(rows, [narrow(first, 512), narrow(second, 2048)])).toEqual([
    {
      check: "images",
      severity: "issue",
      summary:
        "2 16-bit images fill little of the range and take no part, as eight bits would be nearly black: " +
        "decode all images with the window of centre 2048 and width 4096.",
      items: [first, second].map((path) => `${path.split("/").at(-1)}: expected values up to 65535`),
    },
  ]);
});

test("names other files that cannot be read, but not missing ones, which are no surprise", () => {
  const corrupt = new ImageError({ image: third, reason: "corrupt", message: "expected a readable PNG" });
  const missing = new FileError({ path: fourth, reason: "missing", message: "expected an image file" });
  const failures = [
    { path: third, error: corrupt },
    { path: fourth, error: missing },
  ];
  expect(checkUnusableFiles(rows, failures)).toEqual([
    {
      check: "files",
      severity: "issue",
      summary: "1 file cannot be read and takes no part.",
      items: [`${third.split("/").at(-1)}: expected a readable PNG`],
    },
  ]);
  expect(checkUnusableFiles(rows, [])).toEqual([]);
});
