import { readFile } from "node:fs/promises";
import { version_core } from "@tensorflow/tfjs-core";

/** Versions of what computes. */
export async function versions(): Promise<Record<string, string>> {
  const own = JSON.parse(await readFile(new URL("../../package.json", import.meta.url), "utf8")) as {
    version: string;
  };
  return { covidxr: own.version, node: process.version, tensorflowJs: version_core };
}
