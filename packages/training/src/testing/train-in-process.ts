import { promises } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import "@tensorflow/tfjs-backend-cpu";
import { enableProdMode, setBackend } from "@tensorflow/tfjs-core";
import { resumableRun } from "./resumable-run.js";

// A training run as a program of its own that dies at a named point: `train-in-process.ts FOLDER POINT`, where POINT is
// `step E` (within epoch E), `write E` (its checkpoint is written but not renamed) or `epoch E` (after it). Prints what it
// resumed and a line for each epoch.
const [folder, point] = process.argv.slice(2) as [string, string];

const at = (place: string): void => {
  if (place === point) process.kill(process.pid, "SIGKILL");
};
// Files are written under another name and renamed.
const { rename } = promises;
promises.rename = async (from, to) => {
  at(`write ${Number(/epoch-(\d+)/.exec(String(to))?.[1])}`);
  await rename(from, to);
};
syncBuiltinESMExports();

async function main(): Promise<void> {
  enableProdMode();
  await setBackend("cpu");
  await resumableRun(folder, {
    onResume: ({ history }) => console.log(`resumed ${history.length}`),
    onStep: ({ epoch, step }) => {
      if (step === 2) at(`step ${epoch}`);
    },
    onEpoch: ({ epoch }) => {
      console.log(`epoch ${epoch}`);
      at(`epoch ${epoch}`);
    },
  });
}

void main();
