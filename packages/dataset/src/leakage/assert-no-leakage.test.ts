import { InvalidArgumentError, LeakageError } from "@covidxr/core";
import { describe, expect, test } from "@jest/globals";
import { cohortRow } from "../testing/cohort-row.js";
import { assertNoLeakage } from "./assert-no-leakage.js";
import { findLeakage } from "./find-leakage.js";
import type { ImageIdentity } from "./image-identity.js";

/** Patient `1` has two images in train and one in each other split. */
const ROWS = {
  train: [cohortRow("a.png", { patientId: "1" }), cohortRow("b.png", { patientId: "1" })],
  test: [cohortRow("c.png", { patientId: "1" })],
  predict: [cohortRow("d.png", { patientId: "1" })],
};

function messageOf(split: Record<string, ImageIdentity[]>): string {
  try {
    assertNoLeakage(split);
  } catch (error) {
    return (error as Error).message;
  }
  return "";
}

describe("assertNoLeakage", () => {
  test("accepts splits that share nothing", () => {
    expect(() =>
      assertNoLeakage({ train: ROWS.train, test: [cohortRow("c.png", { patientId: "2" })] }),
    ).not.toThrow();
  });

  test("throws all leaks, and says where the patient is", () => {
    const leaky = () => assertNoLeakage(ROWS);
    expect(leaky).toThrow(LeakageError);
    expect(leaky).toThrow(expect.objectContaining({ kind: "leakage", leaks: findLeakage(ROWS) }));
    expect(messageOf(ROWS)).toBe(
      "expected splits that share no patient, file or picture, got 1 leak: patient 1 in train (2 images), " +
        "test (1) and predict (1); split by patient and remove copies, or allow leakage on purpose",
    );
  });

  test("names the first three of many and counts the others", () => {
    const files = Array.from({ length: 24 }, (_, i) => ({ path: `${i}.png`, patientId: null }));
    const leaky = () => assertNoLeakage({ train: files, test: files });
    const leaks = findLeakage({ train: files, test: files });
    expect(leaks).toHaveLength(24);
    expect(leaky).toThrow(expect.objectContaining({ leaks }));
    expect(messageOf({ train: files, test: files })).toMatch(
      /got 24 leaks: file 0\.png in train and test, file 1\.png in train and test, file 2\.png in train and test, and 21 more; /,
    );
  });

  test("one picture in two files", () => {
    const split = {
      train: [{ path: "a.png", patientId: null, picture: "c0ffee" }],
      test: [{ path: "b.png", patientId: null, picture: "c0ffee" }],
    };
    expect(messageOf(split)).toMatch(/got 1 leak: picture c0ffee in train \(1 image\) and test \(1\); /);
  });

  test("control characters of names are shown, so that the message is one line that orders nothing", () => {
    const patientId = "7\n\u001b[31mX";
    const split = {
      "train\r\n": [{ path: "a.png", patientId }],
      "test\u0085\u2028\u007f": [{ path: "b.png", patientId }],
    };
    expect(messageOf(split)).toBe(
      "expected splits that share no patient, file or picture, got 1 leak: patient 7\\n\\u001b[31mX in " +
        "train\\r\\n (1 image) and test\\u0085\\u2028\\u007f (1); split by patient and remove copies, or allow leakage on purpose",
    );
    // The error itself has the names as they are.
    expect(() => assertNoLeakage(split)).toThrow(
      expect.objectContaining({ leaks: [expect.objectContaining({ name: patientId })] }),
    );
  });

  test("a single split is no question", () => {
    const alone = () => assertNoLeakage({ train: ROWS.train });
    expect(alone).toThrow(InvalidArgumentError);
    expect(alone).toThrow(expect.objectContaining({ parameter: "split", value: ["train"] }));
  });
});
