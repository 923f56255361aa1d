import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { countLicences } from "./count-licences.js";

const images = (source: string, license: string | null, count: number) =>
  Array.from({ length: count }, () => ({ source, license }));

test("counts by source and licence, the most frequent first", () => {
  const counts = countLicences([
    ...images("two", "CC BY 4.0", 1),
    ...images("one", null, 2),
    ...images("one", "CC BY-NC-SA", 3),
    ...images("one", "CC BY-NC-ND", 2),
    ...images("one", "Apache 2.0", 2),
  ]);
  expect(counts).toEqual([
    { source: "two", license: "CC BY 4.0", images: 1, derivatives: "allowed" },
    { source: "one", license: "CC BY-NC-SA", images: 3, derivatives: "allowed" },
    { source: "one", license: "Apache 2.0", images: 2, derivatives: "unknown" },
    { source: "one", license: "CC BY-NC-ND", images: 2, derivatives: "forbidden" },
    { source: "one", license: null, images: 2, derivatives: "unknown" },
  ]);
});

test("counts every image once, in whatever order they stand", () => {
  const image = fc.record({
    source: fc.constant("one"),
    license: fc.constantFrom(null, "CC BY", "CC BY-ND", "x"),
  });
  fc.assert(
    fc.property(fc.array(image), (all) => {
      const counts = countLicences(all);
      expect(counts.reduce((sum, own) => sum + own.images, 0)).toBe(all.length);
      expect(countLicences([...all].reverse())).toEqual(counts);
    }),
  );
});
