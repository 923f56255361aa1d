import { findLeakage } from "@covidxr/dataset";
import { expect, test } from "@jest/globals";
import type { CopyPair } from "../copies/copy-pair.js";
import { identifyImages } from "./identify-images.js";

const copy = (first: string, second: string): CopyPair => ({
  first,
  second,
  kind: "similar",
  distance: 3,
  correlation: 0.97,
  mirrored: false,
  crop: null,
});
const row = (path: string, patientId: string | null = null) => ({ path, patientId });

test("names a picture alike in all its files, also by a file that is not among the rows", () => {
  const copies = [copy("a", "b"), copy("b", "c"), copy("d", "e")];
  const [a, c, d, f] = identifyImages([row("a", "1"), row("c", "2"), row("d"), row("f")], copies);
  expect(a!.picture).toBe(c!.picture);
  expect(d!.picture).not.toBe(a!.picture);
  expect(d!.picture).toBeDefined();
  expect(f).toEqual({ path: "f", patientId: null });
  expect(a).toMatchObject({ path: "a", patientId: "1" });
});

test("shows the gate pictures under two patients", () => {
  const copies = [copy("a", "b")];
  const split = (of: readonly CopyPair[]) => ({
    train: identifyImages([row("a", "1")], of),
    test: identifyImages([row("b", "2")], of),
  });
  expect(findLeakage(split(copies))).toMatchObject([{ kind: "picture" }]);
  expect(findLeakage(split([]))).toEqual([]);
});
