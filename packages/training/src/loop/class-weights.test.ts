import { readFileSync } from "node:fs";
import { join } from "node:path";
import { InvalidArgumentError } from "@covidxr/core";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { balancedClassWeights, sampleWeightsOf } from "./class-weights.js";

// scikit-learn's compute_class_weight("balanced"); generate.py beside the file made it.
const golden = JSON.parse(readFileSync(join(__dirname, "../../fixtures/class-weights.json"), "utf8")) as {
  cases: { labels: number[]; weights: number[] }[];
};

describe("balancedClassWeights", () => {
  test.each(golden.cases)("has scikit-learn's $weights", ({ labels, weights }) => {
    const found = balancedClassWeights(labels, weights.length);
    expect(found).toHaveLength(weights.length);
    for (const [i, weight] of weights.entries()) expect(found[i]).toBeCloseTo(weight, 14);
  });

  test("every class weighs the same in sum, and samples average 1", () => {
    const labelled = fc.integer({ min: 2, max: 5 }).chain((classes) =>
      fc.record({
        classes: fc.constant(classes),
        more: fc.array(fc.nat({ max: classes - 1 }), { maxLength: 60 }),
      }),
    );
    fc.assert(
      fc.property(labelled, ({ classes, more }) => {
        const labels = [...Array.from({ length: classes }, (_, c) => c), ...more];
        const weights = balancedClassWeights(labels, classes);
        for (const [c, weight] of weights.entries()) {
          const share = weight * labels.filter((label) => label === c).length;
          expect(share).toBeCloseTo(labels.length / classes, 9);
        }
        const samples = sampleWeightsOf(labels, weights);
        expect(samples.reduce((sum, weight) => sum + weight, 0) / labels.length).toBeCloseTo(1, 6);
      }),
    );
  });

  test.each([
    { title: "a class without a sample", labels: [0, 0, 2], classes: 3, parameter: "labels", value: 1 },
    { title: "no sample at all", labels: [], classes: 2, parameter: "labels", value: 0 },
    { title: "a label beyond the classes", labels: [0, 1, 2], classes: 2, parameter: "labels", value: 2 },
    { title: "a label between classes", labels: [0, 0.5], classes: 2, parameter: "labels", value: 0.5 },
    { title: "a single class", labels: [0, 0], classes: 1, parameter: "classes", value: 1 },
  ])("refuses $title", ({ labels, classes, parameter, value }) => {
    const run = () => balancedClassWeights(labels, classes);
    expect(run).toThrow(InvalidArgumentError);
    expect(run).toThrow(expect.objectContaining({ parameter, value }));
  });
});

describe("sampleWeightsOf", () => {
  test("gives each sample its class's weight", () => {
    expect(sampleWeightsOf([1, 0, 2, 1], [0.5, 2, 0])).toEqual(Float32Array.of(2, 0.5, 0, 2));
    expect(sampleWeightsOf([], [1, 1])).toEqual(new Float32Array(0));
  });

  test.each([
    { title: "a label without a weight", labels: [0, 2], weights: [1, 1], parameter: "labels", value: 2 },
    { title: "a negative label", labels: [-1], weights: [1, 1], parameter: "labels", value: -1 },
    { title: "a negative weight", labels: [0], weights: [1, -1], parameter: "classWeights", value: -1 },
    {
      title: "a weight that is no number",
      labels: [0],
      weights: [Number.NaN],
      parameter: "classWeights",
      value: Number.NaN,
    },
  ])("refuses $title", ({ labels, weights, parameter, value }) => {
    const run = () => sampleWeightsOf(labels, weights);
    expect(run).toThrow(InvalidArgumentError);
    expect(run).toThrow(expect.objectContaining({ parameter, value }));
  });
});
