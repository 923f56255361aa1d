import { expect, test } from "@jest/globals";
import { smallRepository } from "../testing/small-repository.js";
import { checkTests } from "./check-tests.js";

const file = "packages/model/src/network/build.ts";
const index = "packages/model/src/index.ts";
const exported = {
  [index]: 'export { build } from "./network/build.js";\n',
  [file]: "export function build() {}\n",
};

test("a test of the same name, or of the folder", () => {
  expect(checkTests(smallRepository())).toEqual([]);
  expect(
    checkTests(smallRepository({ ...exported, "packages/model/src/network/build.test.tsx": "" })),
  ).toEqual([]);
  const shared = {
    "packages/model/src/network/network.test.ts": 'import { build } from "./build.js";\nbuild();\n',
  };
  expect(checkTests(smallRepository({ ...exported, ...shared }))).toEqual([]);
});

test.each([
  ["no test", {}],
  ["a test elsewhere", { "packages/model/src/build.test.ts": 'import "./network/build.js";\n' }],
  [
    "a test beside it that does not use it",
    { "packages/model/src/network/other.test.ts": 'import "./other.js";\n' },
  ],
  [
    "a study test, which seldom runs",
    { "packages/model/src/network/build.study.ts": 'import "./build.js";\n' },
  ],
])("%s", (_, tests) => {
  expect(checkTests(smallRepository({ ...exported, ...tests }))).toMatchObject([
    { rule: "missing-test", file },
  ]);
});

test.each([
  ["a class", "export class Network {}", "Network"],
  ["a function as a constant", "export const build = () => 1;", "build"],
])("%s needs one", (_, text, name) => {
  const changes = { [index]: `export { ${name} as b } from "./network/build.js";\n`, [file]: text };
  expect(checkTests(smallRepository(changes))).toMatchObject([
    { file, message: expect.stringContaining(name) },
  ]);
});

test.each([
  ["a constant", "export const SIZE = 1;", "SIZE"],
  ["a type", "export interface Size {}", "type Size"],
  [
    "a name beside a function that is not public",
    "export const SIZE = 1;\nexport function size() {}",
    "SIZE",
  ],
])("%s needs none", (_, text, name) => {
  const changes = { [index]: `export { ${name} } from "./network/build.js";\n`, [file]: text };
  expect(checkTests(smallRepository(changes))).toEqual([]);
});

test("an entry beside the main one counts, once", () => {
  const entry = { "packages/model/src/network/index.ts": 'export { build } from "./build.js";\n' };
  expect(checkTests(smallRepository({ ...exported, ...entry }))).toHaveLength(1);
  expect(checkTests(smallRepository({ ...exported, ...entry, [index]: "" }))).toHaveLength(1);
});
