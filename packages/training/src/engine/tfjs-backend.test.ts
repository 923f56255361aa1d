import { InvalidArgumentError } from "@covidxr/core";
import { expectNewTensors, useCpuBackend } from "@covidxr/testing";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { MathBackendCPU } from "@tensorflow/tfjs-backend-cpu";
import {
  copyRegisteredKernels,
  engine,
  getBackend,
  registerBackend,
  removeBackend,
  setBackend,
} from "@tensorflow/tfjs-core";
import { prepareNode } from "./prepare-node.js";
import { resolveTfjsBackend, TFJS_PACKAGES, type TfjsPackage } from "./tfjs-backend.js";

beforeAll(useCpuBackend);

describe("resolveTfjsBackend", () => {
  const [NODE_GPU, NODE] = TFJS_PACKAGES as [TfjsPackage, TfjsPackage];
  const absent = (name: string): Error =>
    Object.assign(new Error(`Cannot find package '${name}' imported from /somewhere`), {
      code: "ERR_MODULE_NOT_FOUND",
    });
  // As @tensorflow/tfjs-node does: importing it registers the backend, and `version` is a table.
  const module = { version: { "tfjs-core": "4.22.0", "tfjs-node": "4.21.9" } };
  /** @param about What the backend says of itself, as NodeJSKernelBackend does. */
  const withNative = async <T>(work: () => Promise<T>, about: object = {}): Promise<T> => {
    copyRegisteredKernels("cpu", "tensorflow");
    registerBackend("tensorflow", () => Object.assign(new MathBackendCPU(), about));
    try {
      return await work();
    } finally {
      removeBackend("tensorflow");
    }
  };

  test("takes the GPU's package before the processor's, and sets the program's backend again", async () => {
    const resolved = await withNative(() =>
      expectNewTensors(() => resolveTfjsBackend(undefined, async () => module)),
    );
    expect(resolved).toEqual({
      backend: "tensorflow",
      description: "tfjs-node-gpu 4.21.9 (tensorflow)",
    });
    expect(getBackend()).toBe("cpu");
  });

  test("passes over a package that is absent or broken, and tries a preference alone", async () => {
    const tried: string[] = [];
    const importPackage = async (name: TfjsPackage) => {
      tried.push(name);
      if (name === NODE_GPU) throw absent(name);
      return module;
    };
    const description = "tfjs-node 4.21.9 (tensorflow)";
    await withNative(async () => {
      expect(await resolveTfjsBackend(undefined, importPackage)).toEqual({
        backend: "tensorflow",
        description,
      });
      expect(await resolveTfjsBackend(NODE, importPackage)).toMatchObject({ description });
    });
    expect(tried).toEqual([NODE_GPU, NODE, NODE]);
  });

  test("says why it passed over one that is installed", async () => {
    const broken = new Error("libtensorflow.so.2: cannot open shared object file");
    const { description, fallback } = await withNative(() =>
      resolveTfjsBackend(undefined, async (name) => {
        if (name === NODE_GPU) throw broken;
        return module;
      }),
    );
    expect(description).toMatch(/^tfjs-node 4/);
    expect(fallback).toMatch(
      /^@tensorflow\/tfjs-node computes, as .*-gpu is installed and fails \(libtensorflow.*repair or remove it$/,
    );
  });

  test("without a package that works the error has each reason", async () => {
    const broken = new Error("libtensorflow.so.2: cannot open shared object file\n    at load");
    const run = resolveTfjsBackend(undefined, (name) =>
      Promise.reject(name === NODE ? broken : absent("node-pre-gyp")),
    );
    await expect(run).rejects.toBeInstanceOf(InvalidArgumentError);
    await expect(run).rejects.toMatchObject({
      parameter: "backend",
      value: {
        // Its own dependency is missing, so it is installed.
        [NODE_GPU]: expect.stringContaining("Cannot find package 'node-pre-gyp'"),
        [NODE]: "libtensorflow.so.2: cannot open shared object file",
      },
    });
    expect(getBackend()).toBe("cpu");
  });

  test.each([
    [NODE, { isGPUPackage: false, isUsingGpuDevice: false }, "tfjs-node 4.21.9 (tensorflow, CPU)", false],
    [
      NODE_GPU,
      { isGPUPackage: true, isUsingGpuDevice: true },
      "tfjs-node-gpu 4.21.9 (tensorflow, GPU)",
      false,
    ],
    [
      NODE_GPU,
      { isGPUPackage: true, isUsingGpuDevice: false },
      "tfjs-node-gpu 4.21.9 (tensorflow, CPU)",
      true,
    ],
  ])("names the device that %s found: %j", async (name, about, description, isFallback) => {
    const resolved = await withNative(() => resolveTfjsBackend(name, async () => module), about);
    expect(resolved.description).toBe(description);
    if (isFallback) expect(resolved.fallback).toMatch(/found no GPU.*CUDA 11.*TF_CPP_MIN_LOG_LEVEL=0/);
    else expect(resolved.fallback).toBeUndefined();
  });

  test("of two packages it names the one that computes, and does not load the other", async () => {
    const tried: string[] = [];
    const importPackage = async (name: TfjsPackage) => {
      tried.push(name);
      return module;
    };
    await withNative(
      async () => {
        // tfjs-node was loaded first: TensorFlow.js would keep it whatever is loaded after it.
        expect(await resolveTfjsBackend(undefined, importPackage)).toMatchObject({
          description: "tfjs-node 4.21.9 (tensorflow, CPU)",
        });
        await expect(resolveTfjsBackend(NODE_GPU, importPackage)).rejects.toMatchObject({
          parameter: "backend",
          value: { [NODE_GPU]: expect.stringContaining(`computes with ${NODE}`) },
        });
      },
      { isGPUPackage: false, isUsingGpuDevice: false },
    );
    expect(tried).toEqual([NODE]);
  });

  test("works in a program that has set no backend", async () => {
    const own = engine().backendName;
    try {
      engine().backendName = undefined as unknown as string;
      const { description } = await withNative(() => resolveTfjsBackend(NODE, async () => module));
      expect(description).toBe("tfjs-node 4.21.9 (tensorflow)");
    } finally {
      await setBackend(own);
    }
  });

  test("refuses an unknown package", async () => {
    const run = resolveTfjsBackend("@tensorflow/tfjs" as TfjsPackage);
    await expect(run).rejects.toMatchObject({ kind: "invalid-argument", parameter: "backend" });
  });
});

describe("prepareNode", () => {
  // What tfjs-node 4.22 calls, and Node 23 removed.
  test("supplies what Node removed from util, and leaves what is there", () => {
    const own = () => true;
    const util: Record<string, unknown> = { isString: own };
    prepareNode(util);
    const { isNullOrUndefined, isArray } = util as Record<string, (value: unknown) => boolean>;
    expect([null, undefined, 0, "", false].map(isNullOrUndefined!)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
    expect([[], {}, "a"].map(isArray!)).toEqual([true, false, false]);
    expect(util.isString).toBe(own);
  });

  test("quietens the native library, unless the user asked to hear it", () => {
    const before = process.env.TF_CPP_MIN_LOG_LEVEL;
    try {
      delete process.env.TF_CPP_MIN_LOG_LEVEL;
      prepareNode();
      expect(process.env.TF_CPP_MIN_LOG_LEVEL).toBe("3");
      process.env.TF_CPP_MIN_LOG_LEVEL = "0";
      prepareNode();
      expect(process.env.TF_CPP_MIN_LOG_LEVEL).toBe("0");
    } finally {
      if (before === undefined) delete process.env.TF_CPP_MIN_LOG_LEVEL;
      else process.env.TF_CPP_MIN_LOG_LEVEL = before;
    }
  });
});
