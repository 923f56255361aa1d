import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { checkTypes } from "./check-types.js";
import type { Example } from "./example.js";
import { GIVEN } from "./given.js";
import { listDocstringExamples, listMarkdownExamples } from "./list-examples.js";
import { MAIN_FUNCTIONS } from "./main-functions.js";
import { runExamples } from "./run-examples.js";

const ROOT = join(__dirname, "..", "..", "..");
const inDocstrings = listDocstringExamples(ROOT);
const inMarkdown = listMarkdownExamples(ROOT);
/** Files whose first block stands on its own: it needs no file but the tests', no network and little time. */
const RUN = ["core", "image", "metrics", "onnx"].map((name) => `packages/${name}/README.md`);

function example(code: string, output?: string): Example {
  return { file: "packages/core/src/planted.ts", line: 10, code, output, subject: "planted" };
}

test("each main function has an example", () => {
  const found = new Set(inDocstrings.map(({ file, subject }) => `${file.split("/")[1]} ${subject}`));
  const wanted = Object.entries(MAIN_FUNCTIONS).flatMap(([name, functions]) =>
    functions.map((subject) => `${name} ${subject}`),
  );
  expect(wanted.filter((name) => !found.has(name))).toEqual([]);
});

test("every example is right for TypeScript", () => {
  expect(inMarkdown.length).toBeGreaterThan(20);
  expect(checkTypes(ROOT, [...inDocstrings, ...inMarkdown], GIVEN)).toEqual([]);
});

test("examples give and print what they say", async () => {
  const alone = RUN.map((file) => inMarkdown.find((block) => block.file === file)!);
  const guides = inMarkdown.filter(({ file }) => file === "docs/your-own-model.md");
  expect(await runExamples(ROOT, [...inDocstrings, ...alone, ...guides])).toEqual([]);
});

test("the program of the guide runs, here on small images and from random weights", async () => {
  const program = inMarkdown.find(({ file }) => file === "docs/your-own-data.md")!;
  const small = [
    ['(await fetchWeights("imagenet")).path', '"random"'],
    ["height: 160, width: 160", "height: 32, width: 32"],
    ["epochs: 40", "epochs: 2"],
    [
      'await writeReport("run"); //',
      'const { files } = await writeReport("run");\nconsole.log(files[0]); //',
    ],
  ] as const;
  for (const [text] of small) expect(program.code).toContain(text);
  const code = small.reduce((text, [before, after]) => text.replace(before, after), program.code);
  expect(await runExamples(ROOT, [{ ...program, code }])).toEqual([]);
});

test("what TypeScript refuses is told with its line", () => {
  const faults = checkTypes(ROOT, [
    example('import { createRng } from "@covidxr/core";\n\ncreateRng("42", { purpose: "a" });'),
    example('import { createRng } from "@covidxr/core";\n\ncreateRng(42, { purpose: "a" });'),
  ]);
  expect(faults).toEqual([expect.stringMatching(/^packages\/core\/src\/planted\.ts:12: .*'string'/)]);
});

test("what comes out otherwise, is thrown, or is not said is told with its line", async () => {
  const faults = await runExamples(ROOT, [
    example("1 + 1; // 2\n2 + 2; // 5"),
    example('console.log("a");\n// a\nconsole.log("b");'),
    example('throw new RangeError("planted");'),
    example("const silent = 1;"),
    example('console.log("c");', "d"),
    example("1 / 3; // 0.333…, a third"),
    example('console.log("e");', "e"),
  ]);
  expect(faults).toEqual([
    "packages/core/src/planted.ts:11: expected 5, got 4",
    "packages/core/src/planted.ts:12: prints b, and no comment says so",
    expect.stringMatching(/^packages\/core\/src\/planted\.ts:10: planted throws RangeError: planted/),
    "packages/core/src/planted.ts:10: expected a comment that says what comes out, got none",
    "packages/core/src/planted.ts:10: expected d, got c",
  ]);
});
