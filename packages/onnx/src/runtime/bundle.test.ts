import { join } from "node:path";
import { afterAll, expect, test } from "@jest/globals";
import { build, type Plugin, stop } from "esbuild";

const PACKAGES = join(__dirname, "../../..");

afterAll(stop);

/** Bundles the package from its sources, as a program that uses all of it. */
const bundle = (platform: "browser" | "node", absent?: string) => {
  const without: Plugin = {
    name: "without",
    setup: ({ onResolve }) => {
      onResolve({ filter: new RegExp(`^${absent}$`) }, () => ({ errors: [{ text: "is not installed" }] }));
    },
  };
  return build({
    stdin: {
      contents: 'import * as onnx from "./index.ts"; console.log(onnx);',
      resolveDir: join(__dirname, ".."),
    },
    bundle: true,
    platform,
    format: "esm",
    splitting: true,
    outdir: "out",
    write: false,
    metafile: true,
    logLevel: "silent",
    alias: {
      "@covidxr/core": join(PACKAGES, "core/src/index.ts"),
      "@covidxr/core/internal": join(PACKAGES, "core/src/internal.ts"),
    },
    external: platform === "node" ? ["onnxruntime-node"] : [],
    plugins: absent === undefined ? [] : [without],
  });
};

test("a bundle for Node needs no onnxruntime-web, and leaves the native package outside", async () => {
  const { warnings, metafile } = await bundle("node", "onnxruntime-web");
  expect(warnings).toEqual([]);
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports);
  expect(imports.filter(({ external }) => external).map(({ path }) => path)).toContain("onnxruntime-node");
});

test("a bundle for browsers has no Node module, and onnxruntime-web in a part of its own", async () => {
  const { warnings, metafile } = await bundle("browser");
  expect(warnings).toEqual([]);
  const outputs = Object.values(metafile.outputs);
  const runtime = outputs.filter((output) =>
    Object.keys(output.inputs).some((path) => path.includes("onnxruntime-")),
  );
  expect(runtime).toHaveLength(1);
  expect(runtime[0]!.entryPoint).toContain("onnxruntime-web");
  expect(outputs.flatMap((output) => output.imports).some(({ external }) => external)).toBe(false);
});

test("a bundle for browsers without onnxruntime-web still compiles graphs", async () => {
  const { outputFiles } = await bundle("browser", "onnxruntime-web");
  expect(outputFiles.length).toBeGreaterThan(0);
});
