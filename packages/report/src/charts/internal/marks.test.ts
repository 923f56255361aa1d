import { expect, test } from "@jest/globals";
import { niceTicks, wholeTicks } from "./marks.js";

test.each([
  { domain: [0, 1] as const, count: 5, ticks: [0, 0.2, 0.4, 0.6, 0.8, 1] },
  { domain: [0.7, 1] as const, count: 3, ticks: [0.7, 0.8, 0.9, 1] },
  { domain: [-0.1, 0.45] as const, count: 5, ticks: [-0.1, 0, 0.1, 0.2, 0.3, 0.4] },
  { domain: [0, 23] as const, count: 5, ticks: [0, 5, 10, 15, 20] },
])("niceTicks of $domain", ({ domain, count, ticks }) => {
  expect(niceTicks(domain, count)).toEqual(ticks);
});

test.each([
  { domain: [1, 3] as const, ticks: [1, 2, 3] },
  { domain: [1, 30] as const, ticks: [5, 10, 15, 20, 25, 30] },
  { domain: [1, 1] as const, ticks: [1] },
  { domain: [4, 5] as const, ticks: [4, 5] },
])("wholeTicks of $domain", ({ domain, ticks }) => {
  expect(wholeTicks(domain, 6)).toEqual(ticks);
});
