import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { InvalidArgumentError } from "./errors.js";
import { createRng, philox4x32 } from "./random.js";

const seeds = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });

describe("createRng", () => {
  test("refuses a key with anything else, which would give two uses the same numbers", () => {
    const wrong = { purpose: "shuffle", idx: 1 } as unknown as { purpose: string };
    expect(() => createRng(1, wrong)).toThrow(
      expect.objectContaining({ parameter: "idx", message: expect.stringContaining('"index"') }),
    );
    expect(() => createRng(1, {} as { purpose: string })).toThrow(
      expect.objectContaining({ parameter: "purpose" }),
    );
  });

  test("one key gives one stream, another key another", () => {
    fc.assert(
      fc.property(seeds, fc.string(), fc.nat(), fc.nat(), (seed, purpose, epoch, index) => {
        const draw = (key: { purpose: string; epoch: number; index: number }) => {
          const rng = createRng(seed, key);
          return Array.from({ length: 9 }, () => rng.uint32());
        };
        const first = draw({ purpose, epoch, index });
        expect(draw({ purpose, epoch, index })).toEqual(first);
        expect(draw({ purpose, epoch: epoch + 1, index })).not.toEqual(first);
        expect(draw({ purpose: `${purpose}'`, epoch, index })).not.toEqual(first);
      }),
    );
  });

  test("permutation holds every number once", () => {
    fc.assert(
      fc.property(seeds, fc.nat(300), (seed, length) => {
        const order = createRng(seed, { purpose: "order" }).permutation(length);
        expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length }, (_, i) => i));
      }),
    );
  });

  test("integer stays below its bound and reaches every value", () => {
    const rng = createRng(1, { purpose: "integer" });
    const counts = new Array<number>(7).fill(0);
    for (let i = 0; i < 7000; i++) counts[rng.integer(7)]! += 1;
    // Each count is binomial(7000, 1/7): mean 1000, standard deviation 29.3; six of those is 176.
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(176);
  });

  test("normal and uniform have their moments", () => {
    const rng = createRng(2, { purpose: "moments" });
    const n = 20_000;
    let sum = 0;
    let squares = 0;
    let uniform = 0;
    for (let i = 0; i < n; i++) {
      const value = rng.normal();
      sum += value;
      squares += value * value;
      uniform += rng.uniform();
    }
    expect(sum / n).toBeCloseTo(0, 1);
    expect(squares / n).toBeCloseTo(1, 1);
    expect(uniform / n).toBeCloseTo(0.5, 1);
  });

  test.each([-1, 0.5, Number.NaN, 2 ** 53])("refuses the seed %p", (seed) => {
    expect(() => createRng(seed, { purpose: "x" })).toThrow(InvalidArgumentError);
    expect(() => createRng(seed, { purpose: "x" })).toThrow(expect.objectContaining({ parameter: "seed" }));
  });

  test("refuses a bound below 1", () => {
    expect(() => createRng(0, { purpose: "x" }).integer(0)).toThrow(
      expect.objectContaining({ kind: "invalid-argument", parameter: "bound" }),
    );
  });
});

// Known answers of Random123, file kat_vectors, lines "philox4x32 10".
describe("philox4x32 equals the published known answers", () => {
  test.each([
    { counter: [0, 0, 0, 0], key: [0, 0], words: [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8] },
    {
      counter: [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
      key: [0xffffffff, 0xffffffff],
      words: [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
    },
    {
      counter: [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      key: [0xa4093822, 0x299f31d0],
      words: [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    },
  ] as const)("counter $counter", ({ counter, key, words }) => {
    expect(philox4x32([...counter], [...key])).toEqual([...words]);
  });
});
