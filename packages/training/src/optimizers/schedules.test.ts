import { readFileSync } from "node:fs";
import { join } from "node:path";
import { InvalidArgumentError } from "@covidxr/core";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  constantSchedule,
  cosineSchedule,
  type LearningRateSchedule,
  stepSchedule,
  withWarmUp,
} from "./schedules.js";

// Learning rates of each step under PyTorch's schedulers from a rate of 1; generate.py beside the file made it.
const golden = JSON.parse(readFileSync(join(__dirname, "../../fixtures/schedules.json"), "utf8"));
const { epochs, stepsPerEpoch } = golden as { epochs: number; stepsPerEpoch: number };

const CASES: Record<string, LearningRateSchedule> = {
  constant: constantSchedule(),
  step: stepSchedule({ every: 3, factor: 0.5 }),
  cosine: cosineSchedule(),
  cosineTo: cosineSchedule({ finalFactor: 0.1 }),
  warmUpCosine: withWarmUp(cosineSchedule(), { epochs: 2 }),
  warmUpConstant: withWarmUp(constantSchedule(), { epochs: 3, startFactor: 0.01 }),
  warmUpStep: withWarmUp(stepSchedule({ every: 2, factor: 0.1 }), { epochs: 1, startFactor: 0.5 }),
};

test.each(Object.keys(CASES))("%s gives PyTorch's rates step by step", (name) => {
  const expected = golden[name] as number[];
  expect(expected).toHaveLength(epochs * stepsPerEpoch);
  for (const [step, rate] of expected.entries()) {
    expect(CASES[name]!.factor({ step, stepsPerEpoch, epochs })).toBeCloseTo(rate, 12);
  }
});

const unit = fc.double({ min: 0, max: 1, noNaN: true });
const fromUnit = fc.double({ min: 0.01, max: 1, noNaN: true });
const plain = fc.oneof(
  fc.constant(constantSchedule()),
  fc.record({ every: fc.integer({ min: 1, max: 9 }), factor: fromUnit }).map(stepSchedule),
  unit.map((finalFactor) => cosineSchedule({ finalFactor })),
);
const runs = fc.record({
  stepsPerEpoch: fc.integer({ min: 1, max: 6 }),
  epochs: fc.integer({ min: 2, max: 20 }),
});

describe("every schedule", () => {
  test("starts at 1, never rises and stays in [0, 1], after the run too", () => {
    fc.assert(
      fc.property(plain, runs, (schedule, run) => {
        let last = 1;
        for (let step = 0; step < run.stepsPerEpoch * run.epochs * 2; step++) {
          const factor = schedule.factor({ step, ...run });
          if (step === 0) expect(factor).toBe(1);
          expect(factor).toBeGreaterThanOrEqual(0);
          expect(factor).toBeLessThanOrEqual(last);
          last = factor;
        }
      }),
    );
  });

  test("with a warm-up rises evenly to 1, then is itself over the epochs that are left", () => {
    fc.assert(
      fc.property(plain, runs, unit, fc.nat(), (schedule, run, startFactor, any) => {
        const warmUpEpochs = 1 + (any % (run.epochs - 1));
        const warm = withWarmUp(schedule, { epochs: warmUpEpochs, startFactor });
        const warmUpSteps = warmUpEpochs * run.stepsPerEpoch;
        const rise = (1 - startFactor) / warmUpSteps;
        for (let step = 0; step < warmUpSteps; step++) {
          expect(warm.factor({ step, ...run })).toBeCloseTo(startFactor + rise * step, 12);
        }
        for (let step = warmUpSteps; step < run.stepsPerEpoch * run.epochs; step++) {
          const rest = { step: step - warmUpSteps, ...run, epochs: run.epochs - warmUpEpochs };
          expect(warm.factor({ step, ...run })).toBe(schedule.factor(rest));
        }
      }),
    );
  });
});

test("a cosine ends at its final factor", () => {
  const schedule = cosineSchedule({ finalFactor: 0.25 });
  expect(schedule.factor({ step: 28, stepsPerEpoch, epochs })).toBe(0.25);
  expect(schedule.factor({ step: 40, stepsPerEpoch, epochs })).toBe(0.25);
  expect(schedule.factor({ step: 14, stepsPerEpoch, epochs })).toBeCloseTo(0.625, 12);
});

test("a step falls between epochs, not within one", () => {
  const schedule = stepSchedule({ every: 1, factor: 0.5 });
  const factors = Array.from({ length: 6 }, (_, step) =>
    schedule.factor({ step, stepsPerEpoch: 2, epochs: 3 }),
  );
  expect(factors).toEqual([1, 1, 0.5, 0.5, 0.25, 0.25]);
});

test("descriptions carry every setting", () => {
  expect(constantSchedule().description).toEqual({ schedule: "constant" });
  expect(stepSchedule({ every: 3, factor: 0.5 }).description).toEqual({
    schedule: "step",
    every: 3,
    factor: 0.5,
  });
  expect(withWarmUp(cosineSchedule(), { epochs: 2, startFactor: 0.1 }).description).toEqual({
    schedule: "cosine",
    finalFactor: 0,
    warmUpEpochs: 2,
    warmUpStartFactor: 0.1,
  });
});

test.each([
  { make: () => stepSchedule({ every: 0, factor: 0.5 }), parameter: "every" },
  { make: () => stepSchedule({ every: 1.5, factor: 0.5 }), parameter: "every" },
  { make: () => stepSchedule({ every: 1, factor: 0 }), parameter: "factor" },
  { make: () => stepSchedule({ every: 1, factor: 1.1 }), parameter: "factor" },
  { make: () => cosineSchedule({ finalFactor: -0.1 }), parameter: "finalFactor" },
  { make: () => cosineSchedule({ finalFactor: Number.NaN }), parameter: "finalFactor" },
  { make: () => withWarmUp(constantSchedule(), { epochs: 0 }), parameter: "epochs" },
  { make: () => withWarmUp(constantSchedule(), { epochs: 1, startFactor: 2 }), parameter: "startFactor" },
])("refuses $parameter out of range", ({ make, parameter }) => {
  expect(make).toThrow(InvalidArgumentError);
  expect(make).toThrow(expect.objectContaining({ parameter }));
});

test.each([2, 1])("refuses a run of %p epochs for a warm-up of 2", (epochs) => {
  const run = () => withWarmUp(cosineSchedule(), { epochs: 2 }).factor({ step: 0, stepsPerEpoch: 4, epochs });
  expect(run).toThrow(InvalidArgumentError);
  expect(run).toThrow(expect.objectContaining({ parameter: "epochs", value: epochs }));
});
