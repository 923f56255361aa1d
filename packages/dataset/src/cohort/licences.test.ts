import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { countLicences, derivativesUnder } from "./licences.js";

describe("derivativesUnder", () => {
  test.each([
    "CC BY-NC-ND",
    "CC BY-ND",
    "cc-by-nd/4.0",
    "CC_BY_NC_ND_4.0",
    "(CC BY-NC-ND 4.0)",
    "CCBYNCND 4.0",
    "cc by nc nd",
    "BY-NC-ND",
    "by-nd 4.0",
    "CC NC-ND 1.0",
    "CC-ND 1.0",
    "http://creativecommons.org/licenses/by-nc-nd/4.0",
    "https://creativecommons.org/licenses/by-nd/3.0/us/legalcode",
    "Creative Commons Attribution-NonCommercial-NoDerivatives 4.0 International",
    "Creative Commons Attribution-NoDerivs 2.0 Generic",
    "Attribution-NonCommercial-NoDerivs",
    "published under CC BY-NC-ND by Elsevier",
    "CC BY 4.0, figures CC BY-NC-ND",
    "No derivatives",
    "Attribution-NonCommercial-NoDerivatives 4.0",
    "Attribution-NonCommercial-NoDerivatives 4.0 International (CC BY-NC-ND 4.0)",
    "Creative Commons Attribution 4.0 International (CC BY-ND 4.0)",
    "CC BY-N.C.-N.D. 4.0",
    "C.C. B.Y. N.D.",
    "CC-BY-N.D",
    "CC BY Non-Derivatives",
    "no derivative works allowed",
  ])("%s forbids", (license) => {
    expect(derivativesUnder(license)).toBe("forbidden");
  });

  test.each([
    "CC BY",
    "CC BY 4.0",
    "CC-BY-SA",
    "CC BY-NC-SA",
    "CC BY-NC-SA 4.0",
    "cc by-nc",
    "CCBY",
    "CC BY 3.0 US",
    "CC BY-SA 3.0 IGO",
    "by-nc-sa/4.0",
    "http://creativecommons.org/licenses/by/4.0/",
    "https://creativecommons.org/licenses/by-nc-sa/4.0/deed.en",
    "Creative Commons Attribution-ShareAlike 4.0 International Public License",
    "Creative Commons Attribution 4.0",
    "Creative Commons Attribution 4.0 International (CC BY 4.0)",
    "Creative Commons Attribution-NonCommercial-ShareAlike 4.0 International (CC BY-NC-SA 4.0)",
    "Attribution 4.0 International (CC BY 4.0)",
    "Attribution 4.0 International",
    "Public Domain (CC0 1.0)",
    "CC B.Y.-S.A. 4.0",
    "CC0",
    "CC0 1.0 Universal",
    "CC-0",
    "public domain",
    "Public Domain Mark 1.0",
    "https://creativecommons.org/publicdomain/zero/1.0/",
    "https://creativecommons.org/publicdomain/mark/1.0/deed.de",
  ])("%s allows", (license) => {
    expect(derivativesUnder(license)).toBe("allowed");
  });

  test.each([
    null,
    "",
    "  ",
    "listed as authorized for everyone",
    "Apache 2.0",
    "MIT",
    "synthetic",
    "Creative Commons",
    "CC",
    "all rights reserved",
    "not under CC BY 4.0",
    "CC BY 4.0 for members",
    "Creative Commons Attribution 4.0 International (members only)",
    "members only (CC BY 4.0)",
    "CC BY 4.0 (CC BY 4.0) (x)",
    "n.d.",
    "Smith, n.d.",
    "attribution",
    "2 n d floor",
    "by permission",
    "not in the public domain",
    "SA",
    "by the author, and others",
    "made by nderu",
    "2nd edition",
  ])("of %j nothing is known", (license) => {
    expect(derivativesUnder(license)).toBe("unknown");
  });

  test("no separator, order or case hides that altered copies are forbidden", () => {
    const part = fc.shuffledSubarray(["nc", "sa"]);
    const separator = fc.constantFrom("-", " ", "_", "/", "–", ", ", "");
    fc.assert(
      fc.property(part, separator, fc.boolean(), (parts, between, upper) => {
        const code = ["cc", "by", ...parts, "nd"].join(between);
        expect(derivativesUnder(upper ? code.toUpperCase() : code)).toBe("forbidden");
        const open = ["cc", "by", ...parts].join(between);
        expect(derivativesUnder(upper ? open.toUpperCase() : open)).toBe("allowed");
      }),
    );
  });

  test("any text has an answer", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        expect(["allowed", "forbidden", "unknown"]).toContain(derivativesUnder(text));
      }),
    );
  });
});

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
