import { expect, test } from "@jest/globals";
import { roleOf } from "./role-of.js";

test.each([
  ["packages/core/src/random/rng.ts", "product"],
  ["examples/src/run/run.ts", "product"],
  ["packages/image/src/latest.ts", "product"],
  ["packages/core/src/random/rng.test.ts", "test"],
  ["packages/report/src/page/page.test.tsx", "test"],
  ["packages/dataset/src/study.study.ts", "test"],
  ["packages/model/src/weights/keras-file.fixture.ts", "test"],
  ["packages/audit/src/cohort/testing/clean-cohort.ts", "test"],
  ["packages/dataset/fixtures/study-files-table.mjs", "test"],
  ["testing/index.ts", "test"],
  ["scripts/task.mjs", "test"],
  ["packages/core/tsup.config.ts", "settings"],
  ["jest.config.mjs", "settings"],
  ["tsup.base.ts", "settings"],
])("%s is %s", (file, role) => {
  expect(roleOf(file)).toBe(role);
});
