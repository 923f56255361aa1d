import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { build } from "esbuild";
import { subset } from "semver";
import { packPackages } from "./pack-packages.js";
import { runCommand } from "./run-command.js";

const ROOT = join(__dirname, "../..");
const TYPESCRIPT = join(ROOT, "node_modules/typescript/bin/tsc");
const PROGRAM = join(__dirname, "consumer/use-every-package.ts");
/** What the program asks for beside our packages. */
const ALSO_INSTALLED = ["@tensorflow/tfjs-backend-cpu", "@types/node"];
/** Declarations that hold errors of their own, such as names of browsers. */
const OTHERS_TYPES = /^node_modules\/(?!@covidxr\/)/;

/** Patience with a registry from which everything comes for the first time. */
const INSTALLATION_MS = 600_000;

let parent: string;
/** An empty project outside the workspace, into which all tarballs were installed. */
let project: string;
let engines: string;

beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), "covidxr-installation-"));
  const packages = await packPackages(ROOT, join(parent, "tarballs"));
  project = await mkdtemp(join(parent, "project-"));
  const root = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8"));
  engines = root.engines.node;
  await writeFile(join(project, "package.json"), JSON.stringify({ name: "project", private: true }));
  // Without install scripts: every binary that is needed comes inside its package.
  const flags = ["--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  const others = ALSO_INSTALLED.map((name) => `${name}@${root.devDependencies[name]}`);
  const tarballs = packages.map(({ tarball }) => tarball);
  await runCommand("npm", ["install", ...flags, ...tarballs, ...others], { folder: project });
  for (const name of ["program.mts", "bundled.ts"]) await copyFile(PROGRAM, join(project, name));
}, INSTALLATION_MS);
afterAll(() => rm(parent, { recursive: true, force: true }));

/** Compiles files of the project and returns the errors that are not other packages' own. */
async function compile(name: string, files: readonly string[], options: object): Promise<string[]> {
  const compilerOptions = {
    target: "es2022",
    lib: ["es2023"],
    types: ["node"],
    strict: true,
    skipLibCheck: false,
    ...options,
  };
  await writeFile(join(project, name), JSON.stringify({ compilerOptions, files }));
  const output = await runCommand(process.execPath, [TYPESCRIPT, "--pretty", "false", "-p", name], {
    folder: project,
    expectedCodes: [0, 1, 2],
  });
  return output.split("\n").filter((line) => /^\S/.test(line) && !OTHERS_TYPES.test(line));
}

/** What a program of the project computed. */
async function outcomeOf(program: string): Promise<unknown> {
  const output = await runCommand(process.execPath, [program], { folder: project });
  return JSON.parse(output.trim().split("\n").at(-1)!);
}

test("TypeScript finds every type by nodenext, and every package computes", async () => {
  const options = { module: "nodenext", outDir: "out" };
  expect(await compile("tsconfig.json", ["program.mts"], options)).toEqual([]);
  const expected = {
    audit: { fingerprints: 12, copies: 0, found: true },
    core: { state: "found", permutation: [1, 3, 2, 0] },
    dataset: { records: 11, rows: 12 },
    download: { present: 1, fetched: 0 },
    image: { length: 48, first: 128 },
    metrics: { auc: 0.75 },
    model: { layers: 27, parameters: 20_090_177 },
    onnx: { dims: [2, 1], values: [0.5, 0.5] },
    phantom: { images: 13 },
    report: { hasPage: true, figures: 9 },
    training: { epochs: 20, accuracy: 1 },
    sameErrors: true,
  };
  expect(await outcomeOf("out/program.mjs")).toEqual(expected);
});

test("TypeScript finds every type by bundler, and what is wrong is found", async () => {
  await writeFile(
    join(project, "wrong.ts"),
    [
      'import { nothing } from "@covidxr/model";',
      'import { cacheKey } from "@covidxr/core/nowhere";',
      'import { auc } from "@covidxr/metrics";',
      'console.log(nothing, cacheKey, auc("a curve"));',
    ].join("\n"),
  );
  const options = { module: "esnext", moduleResolution: "bundler", noEmit: true, skipLibCheck: true };
  expect(await compile("tsconfig.bundler.json", ["bundled.ts", "wrong.ts"], options)).toEqual([
    expect.stringMatching(/^wrong\.ts\(1,.* TS2305: /),
    expect.stringMatching(/^wrong\.ts\(2,.* TS2307: /),
    expect.stringMatching(/^wrong\.ts\(4,.* TS2345: /),
  ]);
});

test("a bundler takes all packages into one file", async () => {
  const { outputFiles, warnings } = await build({
    absWorkingDir: project,
    entryPoints: ["bundled.ts"],
    bundle: true,
    format: "esm",
    platform: "node",
    external: ["onnxruntime-node", "onnxruntime-web", "sharp", "h5wasm", "@tensorflow/*"],
    write: false,
    logLevel: "silent",
  });
  expect(warnings.filter(({ location }) => location?.file.includes("@covidxr"))).toEqual([]);
  expect(outputFiles[0]!.text).toContain("node_modules/@covidxr/report/dist/index.js");
});

test("import and require find the model without TypeScript", async () => {
  const call = "console.log(typeof buildModel)";
  const imported = `import { buildModel } from "@covidxr/model"; ${call}`;
  const required = `const { buildModel } = require("@covidxr/model"); ${call}`;
  const run = (type: string, code: string) =>
    runCommand(process.execPath, [`--input-type=${type}`, "-e", code], { folder: project });
  expect(await run("module", imported)).toMatch(/function\n$/);
  expect(await run("commonjs", required)).toMatch(/function\n$/);
});

test("our range of Node is no wider than that of any package below ours", async () => {
  const { packages } = JSON.parse(await readFile(join(project, "package-lock.json"), "utf8")) as {
    packages: Record<string, { engines?: { node?: string } }>;
  };
  const narrower = Object.entries(packages)
    .filter(([, { engines: asked }]) => asked?.node !== undefined && !subset(engines, asked.node))
    .map(([path, { engines: asked }]) => `${path} asks for Node ${asked!.node}`);
  expect(narrower).toEqual([]);
});
