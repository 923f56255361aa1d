import { expect, test } from "@jest/globals";
import { checkDate, checkInteger, checkNumber } from "./checks.js";
import { InvalidArgumentError } from "./errors.js";

function refusal(check: () => void): { parameter: string; value: unknown; message: string } {
  try {
    check();
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidArgumentError);
    const { parameter, value, message } = error as InvalidArgumentError;
    return { parameter, value, message };
  }
  throw new Error("accepted");
}

test("integers within the range pass", () => {
  checkInteger("epochs", -(2 ** 53 - 1));
  checkInteger("epochs", 1, { min: 1 });
  checkInteger("epochs", 7, { min: 1, max: 7 });
  checkInteger("epochs", -3, { max: 0 });
});

test.each([
  [0, { min: 1 }, "epochs: expected an integer of 1 or more, got 0"],
  [8, { min: 1, max: 7 }, "epochs: expected an integer from 1 to 7, got 8"],
  [8, { max: 7 }, "epochs: expected an integer of 7 or less, got 8"],
  [1.5, {}, "epochs: expected an integer, got 1.5"],
  [2 ** 53, { min: 0 }, "epochs: expected an integer of 0 or more, got 9007199254740992"],
  [Number.NaN, { min: 1 }, "epochs: expected an integer of 1 or more, got NaN"],
  ["3", { min: 1 }, 'epochs: expected an integer of 1 or more, got "3"'],
  [undefined, {}, "epochs: expected an integer, got undefined"],
])("%p is no integer of %p", (value, range, message) => {
  expect(refusal(() => checkInteger("epochs", value, range))).toEqual({
    parameter: "epochs",
    value,
    message,
  });
});

test("numbers within the range pass", () => {
  checkNumber("rate", -1e300);
  checkNumber("rate", 0, { min: 0, below: 1 });
  checkNumber("rate", 1, { above: 0, max: 1 });
});

test.each([
  [1, { min: 0, below: 1 }, "rate: expected a number in [0, 1), got 1"],
  [0, { above: 0, max: 1 }, "rate: expected a number in (0, 1], got 0"],
  [0, { above: 0 }, "rate: expected a number above 0, got 0"],
  [-1, { min: 0 }, "rate: expected a number of 0 or more, got -1"],
  [1, { below: 1 }, "rate: expected a number below 1, got 1"],
  [2, { max: 1 }, "rate: expected a number of 1 or less, got 2"],
  [Number.POSITIVE_INFINITY, { min: 0 }, "rate: expected a number of 0 or more, got Infinity"],
  [Number.NaN, {}, "rate: expected a finite number, got NaN"],
  ["0.5", { min: 0, max: 1 }, 'rate: expected a number in [0, 1], got "0.5"'],
])("%p is no number of %p", (value, range, message) => {
  expect(refusal(() => checkNumber("rate", value, range))).toEqual({ parameter: "rate", value, message });
});

test("a date passes when it is valid", () => {
  checkDate("now", new Date(0));
  expect(refusal(() => checkDate("now", new Date(Number.NaN))).message).toMatch(
    /expected a valid date, got an invalid one/,
  );
  expect(refusal(() => checkDate("now", 0)).message).toBe(
    "now: expected a valid date, got 0; pass new Date()",
  );
});
