import { expect, test } from "@jest/globals";
import { checkRepository } from "./check-repository.js";
import { formatFault, type Rule } from "./repository/fault.js";
import { smallRepository } from "./testing/small-repository.js";

test("a repository that keeps every rule is silent", () => {
  expect(checkRepository(smallRepository(), [])).toEqual([]);
});

const FAULTS: Readonly<Record<Exclude<Rule, "exception">, Readonly<Record<string, string>>>> = {
  arrow: { "packages/core/src/a.ts": 'import "@covidxr/image";\n' },
  "computed-import": { "packages/core/src/a.ts": "import(name);\n" },
  cycle: { "packages/core/src/a.ts": 'import "./a.js";\n' },
  "default-export": { "packages/core/src/a.ts": "export default 1;\n" },
  dependency: { "packages/core/src/a.ts": 'import "zod";\n' },
  "export-all": { "packages/core/src/a.ts": 'export * from "./size.js";\n' },
  "file-length": { "packages/core/src/a.ts": "\n".repeat(401) },
  "file-name": { "packages/core/src/aB.ts": "" },
  "missing-test": {
    "packages/core/src/a.ts": "export function a() {}\n",
    "packages/core/src/index.ts": 'export { a } from "./a.js";\n',
  },
  spelling: { "packages/core/src/a.ts": "// color\n" },
  "unimported-peer": {
    "packages/model/package.json":
      '{ "name": "@covidxr/model", "dependencies": { "@covidxr/core": "*" }, "peerDependencies": { "zod": "4" } }',
  },
};

test.each(Object.entries(FAULTS))("%s is among the checks", (rule, changes) => {
  const faults = checkRepository(smallRepository(changes), []);
  expect(faults.map((fault) => fault.rule)).toContain(rule);
});

test("faults come by file and line, and an exception that excuses nothing is one", () => {
  const repository = smallRepository({
    "packages/core/src/b.ts": "export default 1;\n// color\n// gray\n",
    "packages/core/src/a.ts": "// color\n",
  });
  const reason = "Because.";
  const faults = checkRepository(repository, [
    { rule: "default-export", file: "packages/core/src/b.ts", reason },
    { rule: "file-length", file: "packages/core/src/z.ts", reason },
  ]);
  expect(faults.map(formatFault)).toEqual([
    'packages/core/src/a.ts:1: expected "colour", got "color" [spelling]',
    'packages/core/src/b.ts:2: expected "colour", got "color" [spelling]',
    'packages/core/src/b.ts:3: expected "grey", got "gray" [spelling]',
    "packages/core/src/z.ts: keeps the rule file-length; take its exception out of scripts/check/exceptions [exception]",
  ]);
});
