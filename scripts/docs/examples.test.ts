import { join } from "node:path";
import { beforeAll, expect, test } from "@jest/globals";
import { checkTypes, runExamples } from "./check-examples.js";
import { GIVEN } from "./given.js";
import {
  type Example,
  listDocstringExamples,
  listMarkdownExamples,
  readDocstringExamples,
  readMarkdownExamples,
} from "./list-examples.js";

/** What a user meets first; each has an example in its docstring, by package. */
const MAIN_FUNCTIONS: Readonly<Record<string, readonly string[]>> = {
  audit: ["auditCohort", "findCopies", "splitByPatient"],
  covidxr: ["loadClassifier", "trainClassifier"],
  core: ["createRng", "openContentCache"],
  dataset: [
    "assertNoLeakage",
    "groupFindings",
    "readClassFolders",
    "readImageTable",
    "stratifiedGroupKFold",
    "trainTestSplit",
    "writeCohort",
  ],
  download: ["downloadFiles", "verifyFile"],
  image: ["decodeImage", "prepareImages", "preprocess", "sampleAugmentation"],
  metrics: [
    "auc",
    "bootstrap",
    "chooseThreshold",
    "classificationReport",
    "clopperPearson",
    "confusionMatrix",
    "delongTest",
    "estimateClassMetrics",
    "estimateMetrics",
    "mcnemarTest",
  ],
  model: ["buildModel", "saveModel"],
  onnx: ["compileGradients", "compileInference"],
  phantom: ["drawRadiograph"],
  report: ["writeRun"],
  training: ["crossValidate", "extractFeatures", "splitModel", "train"],
};

const ROOT = join(__dirname, "..", "..");
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

test("examples import public entries alone", () => {
  const inside = [...inDocstrings, ...inMarkdown].filter(({ code }) => /internal"/.test(code));
  expect(inside.map(({ file, line }) => `${file}:${line}`)).toEqual([]);
});

/** Wrong or silent examples, and what is found in them. */
const PLANTED = [
  example("1 + 1; // 2\n2 + 2; // 5"),
  example('console.log("a");\n// a\nconsole.log("b");'),
  example('throw new RangeError("planted");'),
  example("const silent = 1;"),
  example('console.log("c");', "d"),
  example("1 / 3; // 0.333…, a third"),
  example('console.log("e");', "e"),
];
const MISTYPED = [
  example('import { createRng } from "@covidxr/core";\n\ncreateRng("42", { purpose: "a" });'),
  example('import { createRng } from "@covidxr/core";\n\ncreateRng(42, { purpose: "a" });'),
];

/** The program of the guide, on small images and from random weights. */
function guideProgram(): Example {
  const program = inMarkdown.find(
    ({ file, code }) => file === "docs/your-own-data.md" && code.includes("fetchWeights"),
  )!;
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
  return { ...program, code: code.replaceAll(/\brun(?=[/"])/g, "run-of-the-guide") };
}

// One TypeScript program and one process look at all examples: to load the packages takes longer than most of them.
let mistyped: readonly string[];
let faults: readonly string[];
beforeAll(async () => {
  mistyped = checkTypes(ROOT, [...inDocstrings, ...inMarkdown, ...MISTYPED], GIVEN);
  const alone = RUN.map((file) => inMarkdown.find((block) => block.file === file)!);
  const guides = inMarkdown.filter(({ file }) => file === "docs/your-own-model.md");
  // `loadClassifier` reads the run that `trainClassifier` leaves.
  const first = inDocstrings.filter(({ subject }) => subject === "trainClassifier");
  const others = inDocstrings.filter((each) => !first.includes(each));
  faults = await runExamples(ROOT, [...first, ...others, ...alone, ...guides, guideProgram(), ...PLANTED]);
});
const isPlanted = (fault: string) => fault.startsWith("packages/core/src/planted.ts:");

test("every example is right for TypeScript", () => {
  expect(inMarkdown.length).toBeGreaterThan(20);
  expect(mistyped.filter((fault) => !isPlanted(fault))).toEqual([]);
});

test("examples and the guide's program give and print what they say", () => {
  expect(faults.filter((fault) => !isPlanted(fault))).toEqual([]);
});

test("what TypeScript refuses is told with its line", () => {
  expect(mistyped.filter(isPlanted)).toEqual([
    expect.stringMatching(/^packages\/core\/src\/planted\.ts:12: .*'string'/),
  ]);
});

test("what comes out otherwise, is thrown, or is not said is told with its line", () => {
  expect(faults.filter(isPlanted)).toEqual([
    "packages/core/src/planted.ts:11: expected 5, got 4",
    "packages/core/src/planted.ts:12: prints b, and no comment says so",
    expect.stringMatching(/^packages\/core\/src\/planted\.ts:10: planted throws RangeError: planted/),
    "packages/core/src/planted.ts:10: expected a comment that says what comes out, got none",
    "packages/core/src/planted.ts:10: expected d, got c",
  ]);
});

test("blocks behind @example of exported declarations, with their lines", () => {
  const text = `import { a } from "b";

/** Adds. */
export function add() {}

/**
 * Doubles.
 *
 * \`\`\`ts
 * no example;
 * \`\`\`
 *
 * @example
 * \`\`\`ts
 * double(2);
 *
 *   double(3); // 6
 * \`\`\`
 */
export async function double() {}
`;
  expect(readDocstringExamples("a.ts", text)).toEqual([
    { file: "a.ts", subject: "double", line: 15, code: "double(2);\n\n  double(3); // 6", output: undefined },
  ]);
});

test("blocks of a Markdown file that are fenced as ts, with the output right below", () => {
  const text =
    "# A\n\n```sh\nls\n```\n\n```ts\na();\n```\n\n```\nprinted\n```\n\n```ts\nb();\n```\n\nprose\n\n```\nelse\n```\n";
  expect(readMarkdownExamples("a.md", text)).toEqual([
    { file: "a.md", subject: undefined, line: 8, code: "a();", output: "printed" },
    { file: "a.md", subject: undefined, line: 16, code: "b();", output: undefined },
  ]);
});
