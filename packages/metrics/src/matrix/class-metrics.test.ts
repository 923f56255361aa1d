import { InvalidArgumentError } from "@covidxr/core";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { figuresGolden } from "../../fixtures/figures.js";
import { golden } from "../../fixtures/golden.js";
import { accuracy, balancedAccuracy, cohenKappa, matthewsCorrelation } from "./agreement.js";
import {
  f1Score,
  fBeta,
  negativeLikelihoodRatio,
  negativePredictiveValue,
  positiveLikelihoodRatio,
  positivePredictiveValue,
  precision,
  recall,
  sensitivity,
  specificity,
} from "./class-metrics.js";
import { type ClassOptions, type ConfusionMatrix, confusionMatrix } from "./confusion-matrix.js";

type ClassMetric = (matrix: ConfusionMatrix, options?: ClassOptions) => number;

const NEVER_PREDICTED = [
  [2, 0],
  [3, 0],
];
const ALWAYS_PREDICTED = [
  [0, 2],
  [0, 3],
];

/** Every metric of one class, with a matrix that leaves it undefined, and its largest value if that is not 1. */
const CLASS_METRICS: {
  name: string;
  metric: ClassMetric;
  key?: string;
  undefinedFor: ConfusionMatrix;
  highest?: number;
}[] = [
  {
    name: "precision",
    metric: precision,
    key: "precision",
    undefinedFor: NEVER_PREDICTED,
  },
  {
    name: "recall",
    metric: recall,
    key: "recall",
    undefinedFor: [
      [2, 1],
      [0, 0],
    ],
  },
  {
    name: "sensitivity",
    metric: sensitivity,
    key: "recall",
    undefinedFor: [
      [2, 1],
      [0, 0],
    ],
  },
  {
    name: "specificity",
    metric: specificity,
    undefinedFor: [
      [0, 0],
      [1, 4],
    ],
  },
  {
    name: "f1Score",
    metric: f1Score,
    key: "f1-score",
    undefinedFor: [
      [5, 0],
      [0, 0],
    ],
  },
  {
    name: "fBeta",
    metric: (matrix, options) => fBeta(matrix, { beta: 2, ...options }),
    undefinedFor: [
      [5, 0],
      [0, 0],
    ],
  },
  {
    name: "positivePredictiveValue",
    metric: positivePredictiveValue,
    key: "precision",
    undefinedFor: NEVER_PREDICTED,
  },
  {
    name: "positivePredictiveValue at a prevalence",
    metric: (matrix, options) => positivePredictiveValue(matrix, { prevalence: 0.2, ...options }),
    undefinedFor: NEVER_PREDICTED,
  },
  { name: "negativePredictiveValue", metric: negativePredictiveValue, undefinedFor: ALWAYS_PREDICTED },
  {
    name: "negativePredictiveValue at a prevalence",
    metric: (matrix, options) => negativePredictiveValue(matrix, { prevalence: 0.2, ...options }),
    undefinedFor: ALWAYS_PREDICTED,
  },
  {
    name: "positiveLikelihoodRatio",
    metric: positiveLikelihoodRatio,
    undefinedFor: NEVER_PREDICTED,
    highest: Number.POSITIVE_INFINITY,
  },
  {
    name: "negativeLikelihoodRatio",
    metric: negativeLikelihoodRatio,
    undefinedFor: ALWAYS_PREDICTED,
    highest: Number.POSITIVE_INFINITY,
  },
];
/** Every metric, with its range. */
const METRICS: { name: string; metric: (matrix: ConfusionMatrix) => number; range: [number, number] }[] = [
  ...CLASS_METRICS.map(({ name, metric, highest = 1 }) => ({
    name,
    metric: (m: ConfusionMatrix) => metric(m, { classIndex: 0 }),
    range: [0, highest] as [number, number],
  })),
  { name: "accuracy", metric: (m) => accuracy(m), range: [0, 1] },
  { name: "balancedAccuracy", metric: (m) => balancedAccuracy(m), range: [0, 1] },
  { name: "matthewsCorrelation", metric: (m) => matthewsCorrelation(m), range: [-1, 1] },
  { name: "cohenKappa", metric: (m) => cohenKappa(m), range: [-1, 1] },
  { name: "linear kappa", metric: (m) => cohenKappa(m, { weights: "linear" }), range: [-1, 1] },
  { name: "quadratic kappa", metric: (m) => cohenKappa(m, { weights: "quadratic" }), range: [-1, 1] },
];
const pairs = fc.array(fc.tuple(fc.nat({ max: 2 }), fc.nat({ max: 2 })), { maxLength: 30 });
const matrixOf = (samples: [number, number][]) =>
  confusionMatrix(
    samples.map(([truth]) => truth),
    samples.map(([, predicted]) => predicted),
    { classCount: 3 },
  );

describe.each(golden.binary)("scikit-learn's values: $name", ({ confusion, report }) => {
  test.each(CLASS_METRICS.filter(({ key }) => key))("$name", ({ metric, key }) => {
    for (const label of [0, 1]) {
      const expected = (report[label] as Record<string, number>)[key!]!;
      expect(metric(confusion, { classIndex: label, whenUndefined: 0 })).toBeCloseTo(expected, 14);
    }
  });

  test("accuracy", () => {
    expect(accuracy(confusion)).toBeCloseTo(report.accuracy as number, 14);
  });
});

describe.each(CLASS_METRICS)("$name", ({ metric, undefinedFor, highest = 1 }) => {
  test("is NaN where it is undefined", () => {
    expect(metric(undefinedFor, { classIndex: 1 })).toBeNaN();
  });

  test("is the value asked for where it is undefined", () => {
    expect(metric(undefinedFor, { classIndex: 1, whenUndefined: 0 })).toBe(0);
    expect(metric(undefinedFor, { classIndex: 1, whenUndefined: highest })).toBe(highest);
  });

  test("reports class 1 of two by default", () => {
    const matrix = [
      [5, 1],
      [2, 9],
    ];
    expect(metric(matrix)).toBe(metric(matrix, { classIndex: 1 }));
    expect(metric(matrix)).not.toBe(metric(matrix, { classIndex: 0 }));
  });

  test("has no default class among three", () => {
    const attempt = () =>
      metric([
        [1, 0, 0],
        [0, 1, 0],
        [0, 0, 1],
      ]);
    expect(attempt).toThrow(InvalidArgumentError);
    expect(attempt).toThrow(expect.objectContaining({ parameter: "classIndex", value: undefined }));
  });

  test.each([2, -1, 0.5])("refuses class %p of two", (classIndex) => {
    const attempt = () =>
      metric(
        [
          [1, 1],
          [1, 1],
        ],
        { classIndex },
      );
    expect(attempt).toThrow(expect.objectContaining({ parameter: "classIndex", value: classIndex }));
  });

  const outside = highest === 1 ? [-1, 2, Number.POSITIVE_INFINITY] : [-1, Number.NEGATIVE_INFINITY];
  test.each(outside)("refuses %p for an undefined metric", (whenUndefined) => {
    const attempt = () =>
      metric(
        [
          [1, 1],
          [1, 1],
        ],
        { classIndex: 1, whenUndefined },
      );
    expect(attempt).toThrow(expect.objectContaining({ parameter: "whenUndefined", value: whenUndefined }));
  });
});

describe.each(METRICS)("$name", ({ metric, range: [lowest, highest] }) => {
  test("ignores sample order", () => {
    fc.assert(
      fc.property(pairs, fc.array(fc.nat(), { minLength: 30, maxLength: 30 }), (samples, keys) => {
        const shuffled = samples.map((_, i) => i).sort((a, b) => keys[a]! - keys[b]!);
        expect(metric(matrixOf(shuffled.map((i) => samples[i]!)))).toBe(metric(matrixOf(samples)));
      }),
    );
  });

  test("does not change when every sample counts twice", () => {
    fc.assert(
      fc.property(pairs, (samples) => {
        expect(metric(matrixOf([...samples, ...samples]))).toBe(metric(matrixOf(samples)));
      }),
    );
  });

  test("lies in its range or is undefined", () => {
    fc.assert(
      fc.property(pairs, (samples) => {
        const value = metric(matrixOf(samples));
        expect(Number.isNaN(value) || (value >= lowest && value <= highest)).toBe(true);
      }),
    );
  });

  test.each([
    { why: "a matrix that is not square", matrix: [[1, 2]], value: 2 },
    {
      why: "a negative count",
      matrix: [
        [1, -2],
        [0, 1],
      ],
      value: -2,
    },
  ])("refuses $why", ({ matrix, value }) => {
    expect(() => metric(matrix)).toThrow(expect.objectContaining({ parameter: "matrix", value }));
  });
});

test("accuracy is undefined without samples", () => {
  expect(
    accuracy([
      [0, 0],
      [0, 0],
    ]),
  ).toBeNaN();
  expect(
    accuracy(
      [
        [0, 0],
        [0, 0],
      ],
      { whenUndefined: 0 },
    ),
  ).toBe(0);
});

test("a class that occurs and is never predicted has an F1 of 0, though its precision is undefined", () => {
  expect(
    f1Score([
      [2, 0],
      [2, 0],
    ]),
  ).toBe(0);
  expect(
    precision([
      [2, 0],
      [2, 0],
    ]),
  ).toBeNaN();
});

test("specificity of a class is the recall of the other one of two", () => {
  expect(
    specificity(
      [
        [14, 1],
        [1, 15],
      ],
      { classIndex: 1 },
    ),
  ).toBe(
    recall(
      [
        [14, 1],
        [1, 15],
      ],
      { classIndex: 0 },
    ),
  );
});

describe("fBeta", () => {
  const counts = fc.nat({ max: 50 });
  const matrices = fc.tuple(fc.tuple(counts, counts), fc.tuple(counts, counts));

  describe.each(figuresGolden.matrices)("scikit-learn's values: $name", ({ confusion, f_beta }) => {
    test.each(["0.5", "1", "2"] as const)("beta %s", (beta) => {
      const actual = confusion.map((_, classIndex) =>
        fBeta(confusion, { beta: Number(beta), classIndex, whenUndefined: 0 }),
      );
      actual.forEach((value, classIndex) => {
        expect(value).toBeCloseTo(f_beta[beta][classIndex]!, 14);
      });
    });
  });

  test("of 1 is F1", () => {
    fc.assert(
      fc.property(matrices, (matrix) => {
        fc.pre(!Number.isNaN(f1Score(matrix)));
        expect(fBeta(matrix, { beta: 1 })).toBeCloseTo(f1Score(matrix), 14);
      }),
    );
  });

  test("lies between precision and recall, and nears them for extreme beta", () => {
    fc.assert(
      fc.property(matrices, fc.double({ min: 0.01, max: 100, noNaN: true }), (matrix, beta) => {
        const ends = [precision(matrix), recall(matrix)];
        fc.pre(!ends.some(Number.isNaN));
        const value = fBeta(matrix, { beta });
        expect(value).toBeGreaterThanOrEqual(Math.min(...ends) - 1e-12);
        expect(value).toBeLessThanOrEqual(Math.max(...ends) + 1e-12);
        expect(fBeta(matrix, { beta: 1e-200 })).toBeCloseTo(ends[0]!, 12);
        expect(fBeta(matrix, { beta: 1e200 })).toBeCloseTo(ends[1]!, 12);
      }),
    );
  });

  test("is 0 for a class that occurs and was never found, however small beta is", () => {
    const matrix = [
      [5, 0],
      [3, 0],
    ];
    expect(fBeta(matrix, { beta: 1e-200 })).toBe(0);
  });

  test.each([0, -1, Number.POSITIVE_INFINITY, Number.NaN])("refuses a beta of %p", (beta) => {
    expect(() =>
      fBeta(
        [
          [1, 1],
          [1, 1],
        ],
        { beta },
      ),
    ).toThrow(expect.objectContaining({ kind: "invalid-argument", parameter: "beta", value: beta }));
  });
});
