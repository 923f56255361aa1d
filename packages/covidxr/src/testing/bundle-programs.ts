import { execFile } from "node:child_process";
import { mkdir, symlink } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { madeOnce } from "./made-once.js";

const ROOT = process.cwd();
const TESTING = "packages/covidxr/src/testing";

const PROGRAMS = {
  covidxr: "packages/covidxr/src/cli.ts",
  reproduce: "examples/src/reproduce.ts",
  predict: "examples/predict/index.mjs",
  minimal: "examples/minimal/index.mjs",
  "write-small-study": `${TESTING}/write-small-study.ts`,
  "narrow-network": `${TESTING}/narrow-network.ts`,
  "signal-at": `${TESTING}/signal-at.ts`,
  fuzz: "testing/fuzz/fuzz.ts",
  worker: "testing/fuzz/worker.ts",
} as const;

/** Packages with native code or WebAssembly stay outside; who depends on them. */
const EXTERNAL = {
  sharp: "image",
  "onnxruntime-node": "onnx",
  "onnxruntime-web": "onnx",
  h5wasm: "model",
} as const;

/** Not installed by default. */
const TFJS_NODE = ["@tensorflow/tfjs-node", "@tensorflow/tfjs-node-gpu"];

/** Code that CommonJS modules expect around them. */
const BANNER =
  'import{createRequire as $require}from"node:module";const require=$require(import.meta.url),' +
  "__filename=import.meta.filename,__dirname=import.meta.dirname;";

/** A program that tests start, or what is loaded before one. */
export type ProgramName = keyof typeof PROGRAMS;

/**
 * Bundles programs from their present sources: a bundle starts in a fraction of the time. They share what they have in common.
 *
 * @param programs Their sources, by name.
 * @param folder Gets NAME.mjs for each.
 */
export async function bundle(programs: Readonly<Record<string, string>>, folder: string): Promise<void> {
  await promisify(execFile)(join(ROOT, "node_modules/.bin/esbuild"), [
    ...Object.entries(programs).map(([name, path]) => `${name}=${resolve(ROOT, path)}`),
    ...["--bundle", "--splitting", "--format=esm", "--platform=node", "--target=node20"],
    ...["--jsx=automatic", "--jsx-import-source=preact", `--tsconfig=${join(ROOT, "tsconfig.json")}`],
    ...[`--outdir=${folder}`, "--out-extension:.js=.mjs", `--banner:js=${BANNER}`, "--log-level=error"],
    // TensorFlow.js registers its backends by being imported.
    "--ignore-annotations",
    ...[...Object.keys(EXTERNAL), ...TFJS_NODE].map((module) => `--external:${module}`),
  ]);
  await mkdir(join(folder, "node_modules"));
  for (const [module, owner] of Object.entries(EXTERNAL)) {
    const installed = join(ROOT, "packages", owner, "node_modules", module);
    await symlink(installed, join(folder, "node_modules", module), "junction");
  }
}

/**
 * Bundles the programs that tests start, once a Jest run.
 *
 * @returns The folder of the bundles.
 */
export function bundlePrograms(): Promise<string> {
  return madeOnce("programs", (folder) => bundle(PROGRAMS, folder));
}
