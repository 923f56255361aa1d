import { InvalidArgumentError } from "@covidxr/core";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { type EarlyStoppingOptions, earlyStopping } from "./early-stopping.js";

/** What each epoch is answered with, up to the one that stops. */
function answers(options: EarlyStoppingOptions, values: readonly number[]): string[] {
  const stopping = earlyStopping(options);
  const given: string[] = [];
  for (const [i, value] of values.entries()) {
    given.push(stopping.observe(i + 1, value));
    if (given.at(-1) === "stop") break;
  }
  return given;
}

// Worked by hand from Keras 3's EarlyStopping (keras/src/callbacks/early_stopping.py), whose epochs count from 0.
describe("Keras' rule, worked examples", () => {
  test.each([
    { patience: 0, expected: ["improved", "improved", "stop"] },
    { patience: 1, expected: ["improved", "improved", "stop"] },
    { patience: 2, expected: ["improved", "improved", "waiting", "stop"] },
    { patience: 3, expected: ["improved", "improved", "waiting", "waiting", "improved", "waiting"] },
  ])("patience $patience counts epochs without improvement", ({ patience, expected }) => {
    expect(answers({ patience }, [0.9, 0.5, 0.6, 0.55, 0.4, 0.7])).toEqual(expected);
  });

  test("an equal figure is no improvement", () => {
    expect(answers({ patience: 2 }, [0.5, 0.5, 0.5])).toEqual(["improved", "waiting", "stop"]);
  });

  test("small improvements do not count, and are measured from the best, not from the last", () => {
    // 0.9375 is exactly 0.0625 below 1: not more than the delta. 0.875 is, since 1 stayed the best.
    expect(answers({ patience: 5, minimumDelta: 0.0625 }, [1, 0.9375, 0.875, 0.84375])).toEqual([
      "improved",
      "waiting",
      "improved",
      "waiting",
    ]);
  });

  test("an accuracy is better when higher", () => {
    const options = { patience: 2, monitor: "validationAccuracy", minimumDelta: 0.01 } as const;
    expect(answers(options, [0.5, 0.75, 0.755, 0.7])).toEqual(["improved", "improved", "waiting", "stop"]);
  });

  test("an infinite loss never improves, and the first epoch never stops", () => {
    const infinite = Number.POSITIVE_INFINITY;
    expect(answers({ patience: 1 }, [infinite, 1, infinite])).toEqual(["waiting", "improved", "stop"]);
    expect(answers({ patience: 1 }, [infinite, infinite])).toEqual(["waiting", "stop"]);
  });
});

const losses = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 40 });
const patiences = fc.integer({ min: 1, max: 6 });

describe("properties", () => {
  test("stops at the first run of `patience` epochs that are no better than all before", () => {
    fc.assert(
      fc.property(losses, patiences, (values, patience) => {
        const given = answers({ patience }, values);
        const improved = values.map((value, i) => values.slice(0, i).every((before) => value < before));
        const stop = values.findIndex(
          (_, i) => i >= patience && improved.slice(i - patience + 1, i + 1).every((better) => !better),
        );
        expect(given).toHaveLength(stop < 0 ? values.length : stop + 1);
        expect(given.at(-1) === "stop").toBe(stop >= 0);
        given.forEach((answer, i) => {
          expect(answer === "improved").toBe(improved[i]);
        });
      }),
    );
  });

  test("the state names the best epoch, the first of equals", () => {
    fc.assert(
      fc.property(losses, (values) => {
        const stopping = earlyStopping({ patience: 100 });
        for (const [i, value] of values.entries()) stopping.observe(i + 1, value);
        const bestValue = Math.min(...values);
        const bestEpoch = values.indexOf(bestValue) + 1;
        expect(stopping.state()).toEqual({ bestEpoch, bestValue, waited: values.length - bestEpoch });
      }),
    );
  });

  test("a state that went through JSON goes on the same", () => {
    fc.assert(
      fc.property(losses, patiences, fc.nat(), (values, patience, any) => {
        const expected = answers({ patience }, values);
        const cut = any % expected.length;
        let stopping = earlyStopping({ patience });
        const given = expected.map((_, i) => {
          if (i === cut) {
            const state = JSON.parse(JSON.stringify(stopping.state()));
            stopping = earlyStopping({ patience });
            stopping.restore(state);
          }
          return stopping.observe(i + 1, values[i]!);
        });
        expect(given).toEqual(expected);
      }),
    );
  });
});

test("a state taken earlier does not change with later epochs", () => {
  const stopping = earlyStopping({ patience: 3 });
  stopping.observe(1, 0.5);
  const state = stopping.state();
  stopping.observe(2, 0.4);
  expect(state).toEqual({ bestEpoch: 1, bestValue: 0.5, waited: 0 });
});

test("a new one has no best epoch; its description has the defaults", () => {
  const stopping = earlyStopping({ patience: 3 });
  expect(stopping.state()).toEqual({ bestEpoch: null, bestValue: null, waited: 0 });
  expect(stopping.description).toEqual({
    patience: 3,
    minimumDelta: 0,
    monitor: "validationLoss",
    restoreBest: true,
  });
});

test("NaN, as without validation images, is refused and changes nothing", () => {
  const stopping = earlyStopping({ patience: 3 });
  stopping.observe(1, 0.5);
  const observe = () => stopping.observe(2, Number.NaN);
  expect(observe).toThrow(InvalidArgumentError);
  expect(observe).toThrow(
    expect.objectContaining({
      parameter: "validationLoss",
      message: expect.stringContaining("needs validation images"),
    }),
  );
  expect(stopping.state().waited).toBe(0);
});

test.each([
  { options: { patience: -1 }, parameter: "patience" },
  { options: { patience: 1.5 }, parameter: "patience" },
  { options: { patience: 1, minimumDelta: -0.1 }, parameter: "minimumDelta" },
  { options: { patience: 1, minimumDelta: Number.NaN }, parameter: "minimumDelta" },
  { options: { patience: 1, monitor: "loss" }, parameter: "monitor" },
])("refuses $parameter out of range: $options", ({ options, parameter }) => {
  const make = () => earlyStopping(options as EarlyStoppingOptions);
  expect(make).toThrow(InvalidArgumentError);
  expect(make).toThrow(expect.objectContaining({ parameter }));
});
