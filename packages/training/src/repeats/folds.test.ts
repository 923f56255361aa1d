import { createRng, InvalidArgumentError } from "@covidxr/core";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { holdOutGroups } from "./folds.js";

const rng = (seed = 1) => createRng(seed, { purpose: "validation" });
const range = (length: number): number[] => Array.from({ length }, (_, i) => i);

describe("holdOutGroups", () => {
  test("every row is on one side in order, and no group on both", () => {
    const image = fc.record({ label: fc.nat(2), group: fc.nat(11) });
    const share = fc.double({ min: 0.2, max: 0.4, noNaN: true });
    // With all classes in each of 12 groups, some group is always small enough to be held out.
    const base = range(36).map((i) => ({ label: Math.floor(i / 12), group: i % 12 }));
    fc.assert(
      fc.property(fc.array(image, { maxLength: 80 }), share, fc.nat(), (others, wanted, seed) => {
        const all = [...base, ...others];
        const rows = range(all.length).filter((row) => row < 36 || row % 4 !== 3);
        const groups = all.map(({ group }) => `patient ${group}`);
        const labels = all.map(({ label }) => label);
        const sides = holdOutGroups(rows, labels, { share: wanted, groups }, rng(seed));
        expect([...sides.training, ...sides.validation].sort((a, b) => a - b)).toEqual(rows);
        for (const side of [sides.training, sides.validation]) {
          expect(side).toEqual([...side].sort((a, b) => a - b));
        }
        const held = new Set(sides.validation.map((row) => groups[row]));
        expect(sides.training.filter((row) => held.has(groups[row]))).toEqual([]);
      }),
    );
  });

  test("without groups each class has its share, to the nearest image", () => {
    const labels = range(100).map((row) => (row < 70 ? 0 : 1));
    const { validation } = holdOutGroups(range(100), labels, { share: 0.2 }, rng());
    expect(validation.filter((row) => labels[row] === 0)).toHaveLength(14);
    expect(validation.filter((row) => labels[row] === 1)).toHaveLength(6);
  });

  test("the generator decides which rows", () => {
    const labels = range(40).map((row) => row % 2);
    const draw = (seed: number) => holdOutGroups(range(40), labels, { share: 0.25 }, rng(seed));
    expect(draw(1)).toEqual(draw(1));
    expect(draw(2)).not.toEqual(draw(1));
  });

  test.each([
    ["a share of 0", { share: 0 }],
    ["a share of 1", { share: 1 }],
    ["a share that is NaN", { share: Number.NaN }],
    ["a share below half an image", { share: 0.01 }],
    ["a share of all but half an image", { share: 0.99 }],
    ["one group", { share: 0.5, groups: range(10).map(() => "p") }],
    ["groups of another length", { share: 0.5, groups: ["p"] }],
  ])("refuses %s", (_, validation) => {
    const run = () =>
      holdOutGroups(
        range(10),
        range(10).map((row) => row % 2),
        validation,
        rng(),
      );
    expect(run).toThrow(InvalidArgumentError);
    expect(run).toThrow(expect.objectContaining({ parameter: "validation" }));
  });
});
