import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { options, testRefusals } from "@covidxr/testing/refusals";
import { afterAll, beforeAll } from "@jest/globals";
import * as download from "./index.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "covidxr-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const published = {
  path: "a.png",
  bytes: 1,
  digests: { md5: "0".repeat(32) },
  urls: ["https://example.org/a"],
};
const nothing = () => {};

testRefusals(download, {
  // What a mistake in `offline` lets through ends at a closed port of this machine.
  downloadFiles: () => [
    [published],
    folder,
    options({
      ...{ offline: true, absent: "skip", existing: "refuse", concurrency: 1, unlistedBytes: 1 },
      ...{ proxy: "http://127.0.0.1:1", mirror: "http://127.0.0.1:1", env: {}, seed: 0, attempts: 1 },
      ...{ stallSeconds: 1, patienceSeconds: 1, wait: async () => {} },
      ...{ onPlan: nothing, onProgress: nothing, onWait: nothing },
    }),
  ],
  verifyFile: ["no/such/file", published],
});
