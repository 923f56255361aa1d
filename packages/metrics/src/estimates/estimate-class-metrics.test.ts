import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { classesGolden } from "../../fixtures/classes.js";
import { golden } from "../../fixtures/golden.js";
import { multiClassAuc } from "../curves/auc.js";
import { delong } from "../curves/delong.js";
import { clopperPearson } from "../intervals/proportions.js";
import { brierScore, logLoss } from "../probabilities/losses.js";
import type { Estimate } from "./estimate.js";
import { type ClassMetricEstimates, estimateClassMetrics } from "./estimate-class-metrics.js";
import { estimateMetrics } from "./estimate-metrics.js";

const options = { seed: 1, resamples: 100 };
const three = classesGolden.cases.find(({ name }) => name === "three classes")!;
const unpredicted = classesGolden.cases.find(({ name }) => name.endsWith("never predicted"))!;
const absent = classesGolden.cases.find(({ name }) => name.endsWith("without a sample"))!;

/** Every estimate under a path such as `classes.2.auc`. */
function flatten(metrics: ClassMetricEstimates): Map<string, Estimate> {
  const found = new Map<string, Estimate>();
  const walk = (path: string, value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    if ("undefinedReason" in value) found.set(path, value as Estimate);
    else for (const [key, own] of Object.entries(value)) walk(path === "" ? key : `${path}.${key}`, own);
  };
  walk("", metrics);
  return found;
}

describe.each(classesGolden.cases)("$name", ({ truth, probabilities, overall, macroAverage, classes }) => {
  const metrics = estimateClassMetrics(truth, probabilities, options);

  test("has scikit-learn's values", () => {
    const wanted = { ...overall, macroAverage, classes } as unknown;
    const found = flatten(metrics);
    const compare = (path: string, value: unknown): void => {
      if (value === null) expect([path, found.get(path)!.value]).toEqual([path, Number.NaN]);
      else if (typeof value === "number") {
        expect([path, found.get(path)!.value]).toEqual([path, expect.closeTo(value, 12)]);
        found.delete(path);
      } else
        for (const [key, own] of Object.entries(value as object))
          compare(path === "" ? key : `${path}.${key}`, own);
    };
    compare("", wanted);
    for (const { value } of found.values()) expect(value).toBeNaN();
  });

  test("has an interval that holds each value, or a reason for none", () => {
    for (const [path, { value, low, high, undefinedReason }] of flatten(metrics)) {
      if (Number.isNaN(value)) expect([path, undefinedReason]).toEqual([path, expect.any(String)]);
      else if (!Number.isNaN(low)) expect([path, low <= value && value <= high]).toEqual([path, true]);
    }
  });
});

test("intervals are those of each method's own function", () => {
  const { truth, probabilities } = three;
  const { accuracy, macroAverage, classes } = estimateClassMetrics(truth, probabilities, options);
  expect(accuracy).toMatchObject({ ...clopperPearson(30, 45), method: "Clopper–Pearson", byGroup: null });
  const labels = truth.map((label) => (label === 1 ? 1 : 0));
  const area = delong(
    labels,
    probabilities.map((row) => row[1]!),
  );
  expect(classes[1]!.auc).toMatchObject({ ...area.interval, value: area.auc, method: "DeLong" });
  expect(macroAverage.auc.method).toBe("bootstrap BCa");
});

test("values are those of the metrics' own functions", () => {
  const { truth, probabilities } = three;
  const metrics = estimateClassMetrics(truth, probabilities, options);
  expect(metrics.macroAverage.auc.value).toBe(multiClassAuc(truth, probabilities).auc);
  expect(metrics.macroAverage.aucOneVsOne.value).toBe(
    multiClassAuc(truth, probabilities, { average: "one-vs-one" }).auc,
  );
  expect(metrics.logLoss.value).toBe(logLoss(truth, probabilities));
  expect(metrics.brierScore.value).toBeCloseTo(brierScore(truth, probabilities), 14);
  expect(metrics.macroAverage.sensitivity.value).toBeCloseTo(metrics.balancedAccuracy.value, 14);
});

describe("two classes", () => {
  const noisy = golden.binary.find(({ name }) => name === "noisy")!;
  const groups = noisy.truth.map((_, i) => i % 40);

  test.each([{ why: "alone" }, { why: "in groups", groups }, { why: "at 90 %", level: 0.9 }])(
    "$why have the intervals of estimateMetrics",
    ({ why: _, ...more }) => {
      const rows = noisy.score.map((p) => [1 - p, p]);
      const { macroAverage, classes, ...overall } = estimateClassMetrics(noisy.truth, rows, {
        ...options,
        ...more,
      });
      const binary = estimateMetrics(noisy.truth, noisy.score, { threshold: 0.5, ...options, ...more });
      const same = ["accuracy", "balancedAccuracy", "cohenKappa", "matthewsCorrelation"] as const;
      for (const name of same) expect(overall[name]).toEqual(binary[name]);
      const { classIndex, name, support, ...second } = classes[1]!;
      expect([classIndex, name, support]).toEqual([
        1,
        "1",
        noisy.truth.filter((label) => label === 1).length,
      ]);
      for (const [metric, estimate] of Object.entries(second)) {
        expect({ metric, ...estimate }).toEqual({ metric, ...binary[metric as keyof typeof binary] });
      }
      expect(classes[0]!.sensitivity).toEqual(binary.specificity);
      expect(classes[0]!.negativePredictiveValue).toEqual(binary.positivePredictiveValue);
      // Each class against the other has the same area.
      for (const mean of [macroAverage.auc, macroAverage.aucOneVsOne]) {
        expect(mean.value).toBeCloseTo(binary.auc.value, 14);
      }
      const twice = (value: number) => expect.closeTo(2 * value, 12);
      const { value, low, high } = binary.brierScore;
      expect(overall.brierScore).toMatchObject({ value: twice(value), low: twice(low), high: twice(high) });
      expect(overall.logLoss.low).toBeCloseTo(binary.logLoss.low, 12);
    },
  );
});

describe("undefined metrics name their classes", () => {
  const classes = ["normal", "pneumonia", "COVID-19"];

  test("a class that was never predicted", () => {
    const { truth, probabilities } = unpredicted;
    const {
      macroAverage,
      balancedAccuracy,
      classes: own,
    } = estimateClassMetrics(truth, probabilities, {
      ...options,
      classes,
    });
    const undefinedReason = "no sample was predicted as class pneumonia";
    expect(own[1]!.positivePredictiveValue).toMatchObject({ value: Number.NaN, undefinedReason });
    expect(macroAverage.positivePredictiveValue).toMatchObject({
      value: Number.NaN,
      low: Number.NaN,
      undefinedReason,
    });
    expect(own[1]!.f1Score.value).toBe(0);
    expect(balancedAccuracy.undefinedReason).toBeNull();
  });

  test("a class without a sample", () => {
    const metrics = estimateClassMetrics(absent.truth, absent.probabilities, { ...options, classes });
    const undefinedReason = "no sample is of class COVID-19";
    const own = metrics.classes[2]!;
    expect(own.support).toBe(0);
    const { auc, aucOneVsOne, sensitivity } = metrics.macroAverage;
    for (const estimate of [
      own.sensitivity,
      own.auc,
      own.averagePrecision,
      metrics.balancedAccuracy,
      auc,
      aucOneVsOne,
      sensitivity,
    ]) {
      expect(estimate).toMatchObject({ value: Number.NaN, low: Number.NaN, undefinedReason });
    }
    expect(own.specificity.undefinedReason).toBeNull();
    expect(own.brierScore.undefinedReason).toBeNull();
  });

  test("samples of one class, all predicted as it", () => {
    const rows = [
      [0.8, 0.1, 0.1],
      [0.6, 0.3, 0.1],
    ];
    const metrics = estimateClassMetrics([0, 0], rows, options);
    expect(metrics.accuracy.value).toBe(1);
    expect(metrics.cohenKappa.undefinedReason).toBe("every sample is of one class and was predicted as it");
    expect(metrics.classes[0]!.auc.undefinedReason).toBe("every sample is of class 0");
    expect(metrics.classes[1]!.f1Score.undefinedReason).toBe(
      "no sample is of class 1 or was predicted as it",
    );
    expect(metrics.macroAverage.sensitivity.undefinedReason).toBe(
      "no sample is of class 1; no sample is of class 2",
    );
  });

  test("no sample", () => {
    const metrics = estimateClassMetrics([], [], { ...options, classes });
    expect(metrics.classes.map(({ name }) => name)).toEqual(classes);
    for (const metric of [metrics, estimateClassMetrics([], [], options)]) {
      for (const { value, undefinedReason } of flatten(metric).values()) {
        expect(value).toBeNaN();
        expect(undefinedReason).toBe("there is no sample");
      }
    }
  });

  test("a perfect classifier's bootstrap claims no certainty", () => {
    const truth = [0, 0, 1, 1, 2, 2];
    const rows = truth.map((label) => [0, 1, 2].map((c) => (c === label ? 1 : 0)));
    const metrics = estimateClassMetrics(truth, rows, options);
    expect(metrics.macroAverage.auc).toMatchObject({ value: 1, low: Number.NaN, high: Number.NaN });
    expect(metrics.classes[0]!.auc).toMatchObject({ value: 1, high: 1, method: "Newcombe" });
  });
});

/** Samples of three classes without equal probabilities in a row, where the first of equals would be predicted. */
const samples = fc.array(
  fc.tuple(
    fc.nat({ max: 2 }),
    fc.shuffledSubarray([1, 2, 5], { minLength: 3 }),
    fc.nat({ max: 3 }),
    fc.nat({ max: 4 }),
  ),
  { minLength: 1, maxLength: 12 },
);

test("other numbers for the classes permute the results", () => {
  fc.assert(
    fc.property(samples, fc.shuffledSubarray([0, 1, 2], { minLength: 3 }), (drawn, order) => {
      const truth = drawn.map(([label]) => label);
      const rows = drawn.map(([, weights, more]) =>
        weights.map((w) => (w + more / 8) / (8 + (3 * more) / 8)),
      );
      const groups = drawn.map(([, , , group]) => group);
      const names = ["a", "b", "c"];
      const few = { seed: 3, resamples: 20, groups };
      const before = estimateClassMetrics(truth, rows, { ...few, classes: names });
      const after = estimateClassMetrics(
        truth.map((label) => order.indexOf(label)),
        rows.map((row) => order.map((c) => row[c]!)),
        { ...few, classes: order.map((c) => names[c]!) },
      );
      const values = ({ classes, ...rest }: ClassMetricEstimates) =>
        Array.from(flatten(rest as ClassMetricEstimates), ([path, { value }]) => [path, value]);
      const close = (entries: (string | number)[][]) =>
        entries.map(([path, value]) => [
          path,
          Number.isNaN(value) ? value : expect.closeTo(value as number, 12),
        ]);
      expect(values(after)).toEqual(close(values(before)));
      order.forEach((c, position) => {
        const { classIndex: _, ...own } = after.classes[position]!;
        const { classIndex: __, ...other } = before.classes[c]!;
        expect(own).toEqual(other);
      });
    }),
    { numRuns: 30 },
  );
});

test("groups give proportions and areas a second interval", () => {
  const { truth, probabilities } = three;
  const tripled = <T>(values: T[]) => [...values, ...values, ...values];
  const groups = tripled(truth.map((_, i) => i));
  const { accuracy, classes } = estimateClassMetrics(tripled(truth), tripled(probabilities), {
    ...options,
    groups,
  });
  const width = ({ low, high }: { low: number; high: number }) => high - low;
  for (const estimate of [accuracy, classes[0]!.specificity, classes[2]!.auc]) {
    expect(width(estimate.byGroup!)).toBeGreaterThan(1.2 * width(estimate));
  }
});

test.each([
  { why: "probabilities of one class", rows: [0.2, 0.9] as never, parameter: "probabilities" },
  {
    why: "rows that do not sum to 1",
    rows: [
      [0.5, 0.6],
      [0.5, 0.5],
    ],
    parameter: "probabilities",
  },
  { why: "a label without a column", truth: [0, 2], parameter: "truth" },
  { why: "a name too few", classes: ["a"], parameter: "classes" },
  { why: "a group too many", groups: ["a", "b", "c"], parameter: "groups" },
])(
  "refuses $why",
  ({
    truth = [0, 1],
    rows = [
      [0.8, 0.2],
      [0.1, 0.9],
    ],
    parameter,
    why: _,
    ...more
  }) => {
    expect(() => estimateClassMetrics(truth, rows, { ...options, ...more })).toThrow(
      expect.objectContaining({ kind: "invalid-argument", parameter }),
    );
  },
);
