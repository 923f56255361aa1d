import { InvalidArgumentError } from "@covidxr/core";
import { expectNewTensors } from "@covidxr/testing";
import { beforeAll, describe, expect, test } from "@jest/globals";
import {
  copyRegisteredKernels,
  getBackend,
  registerBackend,
  removeBackend,
  setBackend,
} from "@tensorflow/tfjs-core";
import { useAnyBackend } from "../testing/use-any-backend.js";
import { type ImportPackage, resolveTfjsBackend, TFJS_PACKAGES, type TfjsPackage } from "./tfjs-backends.js";

beforeAll(useAnyBackend);

const [NODE_GPU, NODE, WASM, CPU] = TFJS_PACKAGES as [TfjsPackage, TfjsPackage, TfjsPackage, TfjsPackage];

const absent = (name: string): Error =>
  Object.assign(new Error(`Cannot find package '${name}' imported from /somewhere`), {
    code: "ERR_MODULE_NOT_FOUND",
  });

/** Loads packages for real, but for those with a stand-in or a fault. */
const importing =
  (instead: Partial<Record<TfjsPackage, Record<string, unknown> | Error>>): ImportPackage =>
  async (name) => {
    const given = instead[name];
    if (given instanceof Error) throw given;
    return given ?? import(name);
  };

test("the order is the GPU, the native library, WebAssembly, JavaScript", () => {
  expect(TFJS_PACKAGES.map((name) => name.replace("@tensorflow/tfjs-", ""))).toEqual([
    "node-gpu",
    "node",
    "backend-wasm",
    "backend-cpu",
  ]);
});

test("what is installed here: WebAssembly, after the native packages that are absent", async () => {
  const resolved = await expectNewTensors(() => resolveTfjsBackend());
  expect(resolved).toEqual({
    backend: "wasm",
    package: WASM,
    version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
    tried: [
      { package: NODE_GPU, available: false, reason: "not installed" },
      { package: NODE, available: false, reason: "not installed" },
      { package: WASM, available: true },
    ],
  });
  expect(getBackend()).toBe("wasm");
});

test("a preference is the only package tried", async () => {
  const resolved = await resolveTfjsBackend(CPU);
  expect(resolved).toMatchObject({
    backend: "cpu",
    package: CPU,
    tried: [{ package: CPU, available: true }],
  });
  expect(getBackend()).toBe("cpu");
});

describe("the native packages, by their interface", () => {
  // As @tensorflow/tfjs-node does: importing it registers the backend, and `version` is a table.
  beforeAll(() => copyRegisteredKernels("cpu", "tensorflow"));
  const native = async (name: TfjsPackage) => {
    const { MathBackendCPU } = await import("@tensorflow/tfjs-backend-cpu");
    registerBackend("tensorflow", () => new MathBackendCPU());
    try {
      return await resolveTfjsBackend(
        undefined,
        importing({ [name]: { version: { "tfjs-core": "4.22.0", "tfjs-node": "4.21.9" } } }),
      );
    } finally {
      await setBackend("cpu");
      removeBackend("tensorflow");
    }
  };

  test.each([NODE_GPU, NODE])("%s is taken when it works", async (name) => {
    const resolved = await expectNewTensors(() => native(name));
    expect(resolved).toMatchObject({ backend: "tensorflow", package: name, version: "4.21.9" });
    expect(resolved.tried.at(-1)).toEqual({ package: name, available: true });
  });

  test("a package that is there but broken is passed over, with its reason", async () => {
    const broken = new Error("libtensorflow.so.2: cannot open shared object file\n    at load");
    const { tried, package: chosen } = await resolveTfjsBackend(
      undefined,
      importing({ [NODE_GPU]: absent(NODE_GPU), [NODE]: broken }),
    );
    expect(chosen).toBe(WASM);
    expect(tried.slice(0, 2)).toEqual([
      { package: NODE_GPU, available: false, reason: "not installed" },
      { package: NODE, available: false, reason: "libtensorflow.so.2: cannot open shared object file" },
    ]);
  });

  test("a package whose own dependency is missing is not called uninstalled", async () => {
    const resolved = await resolveTfjsBackend(undefined, importing({ [NODE_GPU]: absent("node-pre-gyp") }));
    expect(resolved.tried[0]!.reason).toMatch(/Cannot find package 'node-pre-gyp'/);
  });
});

test("without any package the error names all and their reasons", async () => {
  const run = resolveTfjsBackend(undefined, (name) => Promise.reject(absent(name)));
  await expect(run).rejects.toBeInstanceOf(InvalidArgumentError);
  await expect(run).rejects.toMatchObject({ parameter: "backend" });
  for (const name of TFJS_PACKAGES) await expect(run).rejects.toThrow(`${name}: not installed`);
});

test("an unknown package is refused", async () => {
  const run = resolveTfjsBackend("@tensorflow/tfjs" as TfjsPackage);
  await expect(run).rejects.toMatchObject({ kind: "invalid-argument", parameter: "backend" });
});
