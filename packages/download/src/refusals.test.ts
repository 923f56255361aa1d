import { options, testRefusals } from "@covidxr/testing/refusals";
import * as download from "./index.js";

const published = {
  path: "a.png",
  bytes: 1,
  digests: { md5: "0".repeat(32) },
  urls: ["https://example.org/a"],
};
const nothing = () => {};

testRefusals(download, {
  downloadFiles: [
    [published],
    "no/such/folder",
    options({
      ...{ offline: true, absent: "skip", existing: "refuse", concurrency: 1, unlistedBytes: 1 },
      ...{ proxy: "http://localhost:1", mirror: "https://example.org", env: {}, seed: 0, attempts: 1 },
      ...{ stallSeconds: 1, patienceSeconds: 1, wait: async () => {} },
      ...{ onPlan: nothing, onProgress: nothing, onWait: nothing },
    }),
  ],
  verifyFile: ["no/such/file", published],
});
