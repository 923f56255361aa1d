import { readFileSync } from "node:fs";
import { join } from "node:path";
import { InvalidArgumentError } from "@covidxr/core";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { type ClipOptions, clipGradients } from "./clip-gradients.js";

type Plain = Record<string, number[]>;

// What PyTorch's clip_grad_norm_ and clip_grad_value_ leave; generate.py beside the file made it.
const golden = JSON.parse(readFileSync(join(__dirname, "../../fixtures/clipping.json"), "utf8")) as {
  gradients: Plain;
  normBefore: number;
  norm: { limit: number; gradients: Plain }[];
  value: { limit: number; gradients: Plain }[];
};

const toMap = (gradients: Plain) =>
  new Map(Object.entries(gradients).map(([name, values]) => [name, Float32Array.from(values)]));
const normOf = (gradients: ReadonlyMap<string, Float32Array>) =>
  Math.sqrt([...gradients.values()].flatMap((values) => [...values]).reduce((sum, v) => sum + v * v, 0));

describe.each(["norm", "value"] as const)("by %s", (mode) => {
  test.each(golden[mode])("to $limit leaves what PyTorch leaves", ({ limit, gradients: expected }) => {
    const gradients = toMap(golden.gradients);
    const norm = clipGradients(gradients, { [mode]: limit } as unknown as ClipOptions);
    expect(norm).toBeCloseTo(golden.normBefore, 6);
    for (const [name, values] of Object.entries(expected)) {
      // PyTorch adds 1e-6 to the norm of 13, which takes 8e-8 off an entry; float32 rounds it by up to 6e-8.
      for (const [i, value] of values.entries()) {
        const actual = gradients.get(name)![i]!;
        expect(Math.abs(actual - value)).toBeLessThanOrEqual(2e-7 * Math.abs(value));
      }
    }
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    "gradients with %p stay as they are",
    (broken) => {
      const gradients = new Map([
        ["a", Float32Array.of(3, 4)],
        ["b", Float32Array.of(broken, 1)],
      ]);
      expect(clipGradients(gradients, { [mode]: 0.5 } as unknown as ClipOptions)).toBe(Math.abs(broken));
      expect([...gradients.values()].map((values) => [...values])).toEqual([
        [3, 4],
        [broken, 1],
      ]);
    },
  );
});

const entries = fc.array(fc.float({ min: -1000, max: 1000, noNaN: true }), { minLength: 1, maxLength: 20 });
const limits = fc.double({ min: 1e-3, max: 5000, noNaN: true });

describe("properties", () => {
  test("the norm afterwards is the smaller of both, and the direction stays", () => {
    fc.assert(
      fc.property(fc.array(entries, { minLength: 1, maxLength: 4 }), limits, (arrays, limit) => {
        const plain = Object.fromEntries(arrays.map((values, i) => [`w${i}`, values]));
        const before = toMap(plain);
        const after = toMap(plain);
        const norm = clipGradients(after, { norm: limit });
        expect(norm).toBeCloseTo(normOf(before), 9);
        if (norm <= limit) {
          expect(after).toEqual(before);
          return;
        }
        expect(Math.abs(normOf(after) / limit - 1)).toBeLessThan(1e-6);
        for (const [name, values] of after) {
          values.forEach((value, i) => {
            expect(Math.abs(value - (before.get(name)![i]! * limit) / norm)).toBeLessThanOrEqual(
              1e-7 * limit,
            );
          });
        }
      }),
    );
  });

  test("by value every entry is the nearest in range", () => {
    fc.assert(
      fc.property(entries, limits, (values, limit) => {
        const gradients = toMap({ w: values });
        clipGradients(gradients, { value: limit });
        const expected = values.map((v) => Math.fround(Math.max(-limit, Math.min(limit, v))));
        // `+ 0` since -0 is as near as 0.
        expect([...gradients.get("w")!].map((v) => v + 0)).toEqual(expected.map((v) => v + 0));
      }),
    );
  });
});

test("squares that float32 cannot hold are summed all the same", () => {
  const gradients = new Map([["w", Float32Array.of(3e30, 4e30)]]);
  expect(clipGradients(gradients, { norm: 1 }) / 5e30).toBeCloseTo(1, 6);
  expect(gradients.get("w")![0]).toBeCloseTo(0.6, 6);
});

test("no gradients at all have norm 0", () => {
  expect(clipGradients(new Map(), { norm: 1 })).toBe(0);
});

test.each([
  { clip: { norm: 0 }, parameter: "clip.norm" },
  { clip: { norm: Number.NaN }, parameter: "clip.norm" },
  { clip: { value: -1 }, parameter: "clip.value" },
  { clip: { value: Number.POSITIVE_INFINITY }, parameter: "clip.value" },
  { clip: {}, parameter: "clip" },
  { clip: { norm: 1, value: 1 }, parameter: "clip" },
])("refuses $clip", ({ clip, parameter }) => {
  const run = () => clipGradients(new Map(), clip as ClipOptions);
  expect(run).toThrow(InvalidArgumentError);
  expect(run).toThrow(expect.objectContaining({ parameter }));
});
