// Loaded before a program: kills it before or after it renames its n-th file, as every file gets its final name by a rename.
import fs, { promises } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { basename } from "node:path";

const { nth, phase, log } = JSON.parse(process.env.KILL_AT);
let left = nth;

function killAt(now, to) {
  if (now !== phase || --left !== 0) return;
  fs.writeFileSync(log, `${phase} ${basename(String(to))}`);
  process.kill(process.pid, "SIGKILL");
  // Nothing happens until the signal arrives.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

const { rename } = promises;
promises.rename = async (from, to) => {
  killAt("before", to);
  await rename(from, to);
  killAt("after", to);
};
const { rename: renameWithCallback, renameSync } = fs;
fs.rename = (from, to, done) => {
  killAt("before", to);
  renameWithCallback(from, to, (error) => {
    if (error === null) killAt("after", to);
    done(error);
  });
};
fs.renameSync = (from, to) => {
  killAt("before", to);
  renameSync(from, to);
  killAt("after", to);
};
syncBuiltinESMExports();
