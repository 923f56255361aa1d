import { expect, test } from "@jest/globals";
import { inputProblem, memoryHere } from "./memory.js";

test("an input that cannot fit is refused with the memory that it takes", () => {
  expect(memoryHere()).toBeGreaterThan(0);
  expect(inputProblem(320, 382, 1e9)).toBeUndefined();
  expect(inputProblem(320, 1e9, 16e9)).toMatch(
    /memory here \(16\.0 GB\), got 320 × 1000000000 pixels, which take 1310\.8 TB or more; choose a smaller one/,
  );
  expect(inputProblem(1000, 1000, 4e9)).toContain("take 4.1 GB or more");
});
