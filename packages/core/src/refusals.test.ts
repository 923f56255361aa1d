import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { options, testRefusals } from "@covidxr/testing/refusals";
import { afterAll, beforeAll } from "@jest/globals";
import * as files from "./files.js";
import * as core from "./index.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "covidxr-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

// Of these two anything may be asked.
const { isCovidxrError: _, ...functions } = core;
const { cacheKey: __, ...ofFiles } = files;
const key = files.cacheKey("key");

testRefusals(
  {
    ...functions,
    ...ofFiles,
    integer: (bound: number) => core.createRng(0, { purpose: "test" }).integer(bound),
    permutation: (length: number) => core.createRng(0, { purpose: "test" }).permutation(length),
    get: (name: string) => files.openContentCache(folder).get(name),
    put: (name: string, content: Uint8Array) => files.openContentCache(folder).put(name, content),
  },
  {
    createRng: [0, options({ purpose: "test", epoch: 1, index: 2 })],
    integer: [3],
    permutation: [3],
    openContentCache: () => [folder],
    checkDigestBeside: () => [join(folder, "alone"), key],
    writeDigestBeside: () => [join(folder, "file"), key],
    writeFileAtomic: () => [join(folder, "file"), "text"],
    get: [key],
    put: [key, new Uint8Array(1)],
  },
);
