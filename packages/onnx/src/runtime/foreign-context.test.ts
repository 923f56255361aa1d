/**
 * @jest-environment node
 */
// Jest's own environment, as in somebody else's project: tests have typed arrays other than the native library's.
import "@tensorflow/tfjs-backend-cpu";
import { runInThisContext } from "node:vm";
import { expect, test } from "@jest/globals";
import { env } from "@tensorflow/tfjs-core";
import { layers, sequential } from "@tensorflow/tfjs-layers";
import { compileInference } from "../compile/compile-inference.js";
import { createSession } from "./session.js";

test.each(["onnxruntime-node", "onnxruntime-web"] as const)("%s computes there", async (runtime) => {
  expect(runInThisContext("Float32Array")).not.toBe(Float32Array);
  env().set("IS_TEST", true);
  const model = sequential();
  model.add(layers.dense({ inputShape: [3], units: 1, activation: "sigmoid" }));
  const session = await createSession(compileInference(model).bytes, { runtime, threads: 1 });
  const into = { output: { data: new Float32Array(2), dims: [2, 1] } };
  const input = { data: new Float32Array(6), dims: [2, 3] };
  const fresh = (await session.run({ input })).output!.data;
  expect(fresh).toBeInstanceOf(Float32Array);
  expect(fresh).toEqual(Float32Array.of(0.5, 0.5));
  await session.run({ input }, into);
  expect(into.output.data).toEqual(fresh);
  await session.dispose();
});
