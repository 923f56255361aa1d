import { expect, test } from "@jest/globals";
import { runProgram } from "../testing/run-program.js";

const engines = (...args: string[]) => runProgram(process.cwd(), ["engines", ...args]);

test("prints what is installed, what is chosen and why, and a time for each that runs", async () => {
  const { code, stdout } = await engines("--steps", "2");
  const lines = stdout.split("\n");
  expect(code).toBe(0);
  const names = lines.slice(1, lines.indexOf("")).map((line) => line.slice(2, line.indexOf(":")));
  expect(lines[0]).toBe("Installed");
  expect(names).toEqual([
    ...["cpu", "webgpu", "cuda", "coreml", "dml"].map((provider) => `onnxruntime-node ${provider}`),
    "onnxruntime-web WebAssembly",
    "@tensorflow/tfjs-node-gpu",
    "@tensorflow/tfjs-node",
  ]);
  expect(stdout).toMatch(/^ {2}@tensorflow\/tfjs-node: (not installed|tfjs-node \S+ \(tensorflow, CPU\))$/m);
  expect(stdout).toMatch(/^Chosen for engine "auto": onnxruntime-node \S+ \(cpu\)$/m);
  expect(stdout).toMatch(/^ {2}because: the fastest engine that loads: onnxruntime-node \S+$/m);
  for (const engine of [/onnxruntime-node \S+ \(cpu\)/, /onnxruntime-web \S+ \(WebAssembly\)/]) {
    expect(stdout).toMatch(new RegExp(`^${engine.source} +\\d+\\.\\d\\d ms$`, "m"));
  }
});

test("an engine that is asked for is chosen, or the reason given why it cannot run; --json has it all", async () => {
  const { code, stdout, stderr } = await engines("--engine", "tfjs", "--steps", "1", "--json");
  const { chosen, installed, timings } = JSON.parse(stdout);
  const works = installed.some(({ state }: { state: string }) => state.startsWith("tfjs-node"));
  expect(code).toBe(works ? 0 : 1);
  if (works) expect(chosen.description).toMatch(/^tfjs-node(-gpu)? \S+ \(tensorflow, [CG]PU\)$/);
  else {
    expect(chosen).toBeNull();
    expect(stderr).toMatch(/got none \(@tensorflow\/tfjs-node-gpu: not installed; .*install @tensorflow/);
  }
  expect(installed.map(({ name }: { name: string }) => name)).toContain("onnxruntime-node cpu");
  expect(timings[0]).toMatchObject({ millisecondsPerStep: expect.any(Number) });
});

test.each([
  [["--tfjs-package", "tfjs-node"], /^Error: tfjsPackage: expected --engine tfjs with this setting/],
  [
    ["--engine", "tfjs", "--tfjs-package", "tfjs"],
    /^Error: tfjsPackage: expected tfjs-node or tfjs-node-gpu, got "tfjs"/,
  ],
  [["more"], /too many arguments/],
])("%j gets one line", async (args, pattern) => {
  const { code, stdout, stderr } = await engines(...args);
  expect({ code, stdout, lines: stderr.trim().split("\n").length }).toEqual({
    code: 2,
    stdout: "",
    lines: 1,
  });
  expect(stderr).toMatch(pattern);
});
