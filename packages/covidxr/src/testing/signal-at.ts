import { promises } from "node:fs";
import { syncBuiltinESMExports } from "node:module";

// Loaded before a program: sends it a signal when it prints a text or has written a file, so that it ends at a point that the
// test names.
const {
  text,
  file,
  times = 1,
  signal,
} = JSON.parse(process.env.SIGNAL_AT!) as {
  readonly text?: string;
  readonly file?: string;
  readonly times?: number;
  readonly signal: "SIGINT" | "SIGKILL";
};

const write = process.stdout.write.bind(process.stdout);
process.stdout.write = (chunk: string | Uint8Array) => {
  const written = write(chunk);
  if (text !== undefined && String(chunk).includes(text)) process.kill(process.pid, signal);
  return written;
};

let left = times;
const written = (...paths: unknown[]) => {
  if (file === undefined || !paths.some((path) => String(path).endsWith(file))) return;
  if (--left === 0) process.kill(process.pid, signal);
};
const { rename } = promises;
promises.rename = async (from, to) => {
  await rename(from, to);
  written(from, to);
};
syncBuiltinESMExports();
