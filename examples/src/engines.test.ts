import { spawnSync } from "node:child_process";
import { expect, test } from "@jest/globals";

/** Runs the program as a user does. */
function runEngines(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["--import", "tsx", "examples/src/engines.ts", ...args],
    { encoding: "utf8" },
  );
  return { status, stdout, lines: stdout.split("\n"), stderr };
}

test("prints what is installed, what is chosen and why, and a time for each that runs", () => {
  const { status, stdout, lines } = runEngines("--steps", "2");
  expect(status).toBe(0);
  const names = lines.slice(1, lines.indexOf("")).map((line) => line.slice(2, line.indexOf(":")));
  expect(lines[0]).toBe("Installed");
  expect(names).toEqual([
    ...["cpu", "webgpu", "cuda", "coreml", "dml"].map((provider) => `onnxruntime-node ${provider}`),
    "onnxruntime-web WebAssembly",
    "@tensorflow/tfjs-node-gpu",
    "@tensorflow/tfjs-node",
  ]);
  expect(stdout).toMatch(/^ {2}@tensorflow\/tfjs-node: not installed$/m);
  expect(stdout).toMatch(/^Chosen for engine "auto": onnxruntime-node \S+ \(cpu\)$/m);
  expect(stdout).toMatch(/^ {2}because: the fastest engine that loads: onnxruntime-node \S+$/m);
  for (const engine of [/onnxruntime-node \S+ \(cpu\)/, /onnxruntime-web \S+ \(WebAssembly\)/]) {
    expect(stdout).toMatch(new RegExp(`^${engine.source} +\\d+\\.\\d\\d ms$`, "m"));
  }
});

test("an engine that is asked for is chosen, or the reason told why it cannot run", () => {
  expect(runEngines("--engine", "onnx", "--steps", "1").stdout).toMatch(
    /^Chosen for engine "onnx": onnxruntime-node \S+ \(cpu\)\n {2}because: asked for/m,
  );
  const { status, stderr } = runEngines("--engine", "tfjs", "--steps", "1");
  expect(status).toBe(1);
  expect(stderr).toMatch(/got none \(@tensorflow\/tfjs-node-gpu: not installed; .*install @tensorflow/);
});

test.each([
  [["--engine", "torch"], /Allowed choices are auto, onnx, tfjs/],
  [["--steps", "0"], /expected a whole number of 1 or more/],
  [["--speed"], /unknown option '--speed'/],
  [["more"], /too many arguments/],
])("%j gets one line", (args, pattern) => {
  const { status, stdout, stderr } = runEngines(...args);
  expect({ status, stdout, lines: stderr.trim().split("\n").length }).toEqual({
    status: 1,
    stdout: "",
    lines: 1,
  });
  expect(stderr).toMatch(pattern);
});
