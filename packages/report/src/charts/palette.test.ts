import { describe, expect, test } from "@jest/globals";
import { STRONGEST_SHADE } from "./confusion-matrix-chart.js";
import { PALETTE, type PaletteName } from "./palette.js";

type Rgb = readonly [number, number, number];
const MODES = ["light", "dark"] as const;

const NAMES = Object.keys(PALETTE) as PaletteName[];
const LABELS = NAMES.filter((name) => name !== "surface" && name !== "grid");

function parse(hex: string): Rgb {
  return [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255) as unknown as Rgb;
}

/** The transfer function of WCAG 2.2's relative luminance. */
function linear(rgb: Rgb): Rgb {
  return rgb.map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)) as unknown as Rgb;
}

function luminance(rgb: Rgb): number {
  const [red, green, blue] = linear(rgb);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** WCAG 2.2, "contrast ratio". */
function contrast(a: Rgb, b: Rgb): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high! + 0.05) / (low! + 0.05);
}

/** Colour-vision deficiency at severity 1 on linear RGB: Machado, Oliveira and Fernandes (2009), table 1. */
const DEFICIENCIES = {
  none: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  protanopia: [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
  deuteranopia: [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
  tritanopia: [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.3039],
};

/** CIE L*a*b* (D65) of a colour as it is seen. */
function seen(hex: string, matrix: readonly number[]): Rgb {
  const rgb = linear(parse(hex));
  const [red, green, blue] = [0, 3, 6].map((row) =>
    Math.min(
      1,
      Math.max(
        0,
        rgb.reduce((sum, c, i) => sum + c * matrix[row + i]!, 0),
      ),
    ),
  ) as [number, number, number];
  const xyz = [
    (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047,
    0.2126 * red + 0.7152 * green + 0.0722 * blue,
    (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883,
  ];
  const [x, y, z] = xyz.map((t) => (t > 216 / 24389 ? Math.cbrt(t) : ((24389 / 27) * t + 16) / 116)) as [
    number,
    number,
    number,
  ];
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

test("contrast is WCAG's", () => {
  expect(contrast(parse("#000000"), parse("#ffffff"))).toBeCloseTo(21, 10);
  expect(contrast(parse("#777777"), parse("#ffffff"))).toBeCloseTo(4.48, 2);
});

test.each(NAMES)("%s is two colours in six digits", (name) => {
  for (const mode of MODES) expect(PALETTE[name][mode]).toMatch(/^#[0-9a-f]{6}$/);
});

describe.each(MODES)("on a %s page", (mode) => {
  const of = (name: PaletteName) => parse(PALETTE[name][mode]);

  test.each(LABELS)("%s can be read on the surface, and the surface's colour on it", (name) => {
    expect(contrast(of(name), of("surface"))).toBeGreaterThanOrEqual(4.5);
  });

  test("ink can be read on the strongest shade of a cell", () => {
    const shade = of("accent").map(
      (c, i) => STRONGEST_SHADE * c + (1 - STRONGEST_SHADE) * of("surface")[i]!,
    ) as unknown as Rgb;
    expect(contrast(of("ink"), shade)).toBeGreaterThanOrEqual(4.5);
  });

  const pairs: [PaletteName, PaletteName][] = [
    ["positive", "negative"],
    ["train", "validation"],
    ["accent", "published"],
    ["accent", "ink"],
    ["accent", "muted"],
    ["negative", "error"],
  ];
  const cases = pairs.flatMap(([a, b]) =>
    Object.entries(DEFICIENCIES).map(([eyes, matrix]) => ({ a, b, eyes, matrix })),
  );
  test.each(cases)("$a and $b look different with colour-vision deficiency: $eyes", ({ a, b, matrix }) => {
    const [one, other] = [a, b].map((name) => seen(PALETTE[name][mode], matrix)) as [Rgb, Rgb];
    // CIE 1976 difference; 2.3 is just noticeable side by side.
    expect(Math.hypot(...one.map((value, i) => value - other[i]!))).toBeGreaterThan(12);
  });
});
