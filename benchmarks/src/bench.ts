import { mkdtemp, rm } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import "@tensorflow/tfjs-backend-cpu";
import { buildModel } from "@covidxr/model";
import { enableProdMode, setBackend } from "@tensorflow/tfjs-core";
import { benchBootstrap } from "./bootstrap.js";
import { benchCopies } from "./copies.js";
import { benchExtraction } from "./extraction.js";
import { timeMatrixProduct } from "./matrix-product.js";
import { timePyTorch } from "./pytorch.js";
import { HEIGHT, ROUNDS, WIDTH } from "./setting.js";
import { benchTailStep } from "./tail-step.js";
import { benchMemory } from "./whole-run.js";

// Compares the SDK with what it stands on, and with PyTorch where `--torch SCRIPT` names a script that times it, all in
// one run: ratios hold from machine to machine, seconds do not. Other flags go to the run whose memory is measured.
// With `--copies` the search for copies is timed, and nothing else: it takes minutes and stands on nothing to compare with.
const flags = process.argv.slice(2);
if (flags.includes("--copies")) {
  await benchCopies();
  process.exit();
}
const torchAt = flags.indexOf("--torch");
const [, torchScript] = torchAt < 0 ? [] : flags.splice(torchAt, 2);

const folder = await mkdtemp(join(tmpdir(), "covidxr-bench-"));
try {
  enableProdMode();
  await setBackend("cpu");
  console.log(
    `${cpus()[0]?.model.trim()}, ${cpus().length} cores, Node ${process.version}; medians of ${ROUNDS} rounds`,
  );
  const here = process.env.INIT_CWD ?? process.cwd();
  const script = torchScript === undefined ? undefined : resolve(here, torchScript);
  const pytorch = timePyTorch(script, process.env.PYTHON ?? "python3");
  if (pytorch !== undefined) {
    console.log(
      `PyTorch: prefix ${(pytorch.prefix * 1000).toFixed(0)} ms an image, tail step ` +
        `${(pytorch.tailStep * 1000).toFixed(0)} ms, matrix product ${pytorch.matrixProduct.toFixed(0)} GFLOP/s`,
    );
  }
  benchBootstrap();
  const matrixProduct = await timeMatrixProduct();
  console.log(`onnxruntime: matrix product ${matrixProduct.toFixed(0)} GFLOP/s`);
  const model = await buildModel({ height: HEIGHT, width: WIDTH, weights: "random", seed: 0 });
  await benchExtraction(model, folder, matrixProduct, pytorch);
  await benchTailStep(model, matrixProduct, pytorch);
  await benchMemory(folder, flags);
} finally {
  await rm(folder, { recursive: true, force: true });
}
