import { describe, expect, test } from "@jest/globals";
import {
  DivergenceError,
  DownloadError,
  EmptySelectionError,
  FileError,
  ImageError,
  InterruptedError,
  InvalidArgumentError,
  isCovidxrError,
  LeakageError,
  MetadataError,
  throwIfInterrupted,
  UnsupportedLayerError,
  WeightsError,
} from "./errors.js";

const message = "expected a, got b; do c";
const cause = new Error("below");

const CASES = [
  {
    error: new DownloadError({ url: "https://host/a", reason: "refused", status: 403, message, cause }),
    expected: {
      name: "DownloadError",
      kind: "download",
      url: "https://host/a",
      reason: "refused",
      status: 403,
    },
    text: `https://host/a: ${message}`,
  },
  {
    error: new InvalidArgumentError({ parameter: "height", value: 3, message, cause }),
    expected: { name: "InvalidArgumentError", kind: "invalid-argument", parameter: "height", value: 3 },
    text: `height: ${message}`,
  },
  {
    error: new FileError({ path: "/x", reason: "missing", message, cause }),
    expected: { name: "FileError", kind: "file", path: "/x", reason: "missing" },
    text: `/x: ${message}`,
  },
  {
    error: new MetadataError({ path: "m.csv", line: 7, reason: "broken-row", message, cause }),
    expected: { name: "MetadataError", kind: "metadata", line: 7, reason: "broken-row", column: undefined },
    text: `m.csv, line 7: ${message}`,
  },
  {
    error: new ImageError({ image: "a.png", reason: "truncated", message, cause }),
    expected: { name: "ImageError", kind: "image", image: "a.png", reason: "truncated" },
    text: `a.png: ${message}`,
  },
  {
    error: new WeightsError({ source: "w.h5", reason: "shape-mismatch", layer: "conv", message, cause }),
    expected: { name: "WeightsError", kind: "weights", source: "w.h5", layer: "conv" },
    text: `w.h5: ${message}`,
  },
] as const;

describe.each(CASES)("$expected.name", ({ error, expected, text }) => {
  test("carries its fields, its message and its cause", () => {
    expect(error).toMatchObject({ ...expected, cause });
    expect(error.message).toBe(text);
    expect(error.toString()).toBe(`${expected.name}: ${text}`);
    expect(isCovidxrError(error)).toBe(true);
  });
});

test("an unsupported layer lists what is supported", () => {
  const error = new UnsupportedLayerError({ layer: "l", layerClass: "LSTM", supported: ["Dense", "Conv2D"] });
  expect(error).toMatchObject({
    name: "UnsupportedLayerError",
    kind: "unsupported-layer",
    layerClass: "LSTM",
  });
  expect(error.message).toBe('layer "l" (LSTM) is not supported; supported: Dense, Conv2D');
});

test("a divergence says where, and what to do", () => {
  const error = new DivergenceError({ epoch: 3, step: 2, loss: Number.NaN });
  expect(error).toMatchObject({ name: "DivergenceError", kind: "divergence", epoch: 3, step: 2 });
  expect(error.message).toBe(
    "expected a finite loss, got NaN in epoch 3, step 2; lower the learning rate or check the inputs",
  );
});

test("selections and interruptions name what they are about", () => {
  expect(new EmptySelectionError({ selection: "split test", message })).toMatchObject({
    name: "EmptySelectionError",
    selection: "split test",
    message: `split test: ${message}`,
  });
  expect(new InterruptedError({ operation: "training", message })).toMatchObject({
    name: "InterruptedError",
    operation: "training",
    message,
  });
});

test("a leakage lists what is shared", () => {
  const images = [
    { split: "train", path: "a.png" },
    { split: "test", path: "b.png" },
  ];
  const leaks = [{ kind: "patient", name: "7", images }] as const;
  const error = new LeakageError({ leaks, message });
  expect(error).toMatchObject({ name: "LeakageError", kind: "leakage", leaks });
  expect(error.message).toBe(message);
  expect(error.toString()).toBe(`LeakageError: ${message}`);
  expect(isCovidxrError(error)).toBe(true);
});

test.each([undefined, null, 1, "text", {}, new Error("other")])("%p is not one of ours", (value) => {
  expect(isCovidxrError(value)).toBe(false);
});

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
