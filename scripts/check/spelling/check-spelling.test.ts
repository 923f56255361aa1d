import { describe, expect, test } from "@jest/globals";
import { plantedRepository } from "../testing/planted-repository.js";
import { checkSpelling } from "./check-spelling.js";
import { ISE_STEMS, SPELLINGS } from "./spellings.js";

const messages = (text: string, file = "a.ts") =>
  checkSpelling(plantedRepository({ [file]: text })).map(({ message }) => message);

describe("verbs", () => {
  test.each(["e", "es", "ed", "er", "ers", "ing", "able", "ation", "ations"])("in -%s", (ending) => {
    for (const stem of ISE_STEMS) {
      const [british, american] = [`${stem}is${ending}`, `${stem}iz${ending}`];
      expect(messages(`// To ${british}.`)).toEqual([]);
      expect(messages(`// To ${american}.`)).toEqual([`expected "${british}", got "${american}"`]);
      expect(messages(`const ${american} = 1;`)).toEqual([]);
      expect(messages(`const ${british} = 1;`)).toEqual([`expected "${american}", got "${british}"`]);
    }
  });

  test("within a name, and with a capital letter", () => {
    expect(messages("class WeightInitialiser {}")).toEqual(['expected "Initializer", got "Initialiser"']);
    expect(messages("// Normalized pixels.")).toEqual(['expected "Normalised", got "Normalized"']);
  });

  test("words that only look like them", () => {
    expect(
      messages("// The size of noise, resized otherwise; a precise, generalist citizen. realised"),
    ).toEqual([]);
    expect(messages("const sizeOfNoise = 1, premise = 2;")).toEqual([]);
  });
});

describe("the list", () => {
  test.each(SPELLINGS.flatMap((spelling) => spelling.not.map((variant) => ({ ...spelling, variant }))))(
    "$use, not $variant",
    ({ use, variant, zones }) => {
      const right = use.replace("*", "");
      expect(messages(`// One ${right}, two.`)).toEqual([]);
      if (zones?.includes("prose") ?? true) {
        expect(messages(`// One ${variant.replace("*", "")}, two.`)).toEqual([
          `expected "${right}", got "${variant.replace("*", "")}"`,
        ]);
      }
    },
  );

  test("no spelling is right in one entry and wrong in another", () => {
    const wrong = SPELLINGS.flatMap(({ not }) => not);
    expect(new Set(wrong).size).toBe(wrong.length);
    for (const { use } of SPELLINGS) expect(wrong).not.toContain(use);
  });
});

describe("zones", () => {
  test("endings are kept", () => {
    expect(messages("// Colored neighbors.")).toEqual([
      'expected "coloured", got "Colored"',
      'expected "neighbours", got "neighbors"',
    ]);
  });

  test("names word by word", () => {
    expect(messages("const COLOR_SCALE = 1, myGrayLevel = 2, decolorate = 3;")).toEqual([
      'expected "colour", got "COLOR"',
      'expected "grey", got "Gray"',
    ]);
  });

  test("a field is a license, prose has a licence", () => {
    expect(messages("interface Row { license: string }\nconst licencesText = 1;")).toEqual([]);
    expect(messages("// Its license.")).toEqual(['expected "licence", got "license"']);
    expect(messages("// Its `license`, or LICENSE.")).toEqual([]);
  });

  test("names and quotations keep their spelling", () => {
    expect(messages("// Lavin and Gray, of a Medical Center.\nconst colorScheme = 1;")).toEqual([]);
  });

  test("capital letters count in proper names", () => {
    expect(messages("See Github and GitHub; an x-ray, an X-ray.", "a.md")).toHaveLength(2);
  });

  test("file names", () => {
    const faults = checkSpelling(
      plantedRepository({ "packages/a/src/draw-color.ts": "", "colors/optimiser.json": "" }),
    );
    expect(faults).toMatchObject([
      { rule: "spelling", file: "colors/optimiser.json", message: 'expected "optimizer", got "optimiser"' },
      { rule: "spelling", file: "packages/a/src/draw-color.ts" },
    ]);
  });

  test("lines, in order", () => {
    const text =
      '\n/**\n * First\n * color.\n */\nconst gray = `a\nb center of it`;\n// `color`\nf("a favor");\n';
    expect(checkSpelling(plantedRepository({ "a.ts": text })).map(({ line }) => line)).toEqual([4, 6, 7, 9]);
  });

  test("the list itself is not read", () => {
    expect(messages("// color", "scripts/check/spelling/spellings.ts")).toEqual([]);
  });
});
