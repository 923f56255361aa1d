import { expect, test } from "@jest/globals";
import { InterruptedError } from "./errors.js";
import { throwIfInterrupted } from "./interruption.js";

test("throws once the signal has fired, and names the operation", () => {
  const controller = new AbortController();
  expect(() => throwIfInterrupted(controller.signal, "reading")).not.toThrow();
  controller.abort();
  expect(() => throwIfInterrupted(controller.signal, "reading")).toThrow(InterruptedError);
  expect(() => throwIfInterrupted(controller.signal, "reading")).toThrow(
    expect.objectContaining({ operation: "reading", message: "reading was interrupted" }),
  );
});

test("without a signal nothing is thrown", () => {
  expect(() => throwIfInterrupted(undefined, "reading")).not.toThrow();
});
