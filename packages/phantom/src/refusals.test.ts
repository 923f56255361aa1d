import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRng } from "@covidxr/core";
import { options, testRefusals } from "@covidxr/testing/refusals";
import { afterAll, beforeAll } from "@jest/globals";
import * as phantom from "./index.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "covidxr-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const counts = {
  covid: 2,
  otherPneumonia: 0,
  noFinding: 0,
  otherRadiographs: 0,
  listedOnly: 0,
  repeatedNormals: 0,
};
const rng = createRng(0, { purpose: "test" });

testRefusals(
  {
    ...phantom,
    // Stops before the first image; a mistake in the signal itself would draw all.
    writePhantomStudy: async (dir: never, given: never) => {
      await phantom.writePhantomStudy(dir, given).catch((error) => {
        if (!["interrupted", "file"].includes((error as { kind: string }).kind)) throw error;
      });
    },
  },
  {
    drawRadiograph: [
      options({ rng, patientRng: rng, width: 96, height: 96, finding: "COVID-19", opacity: "faint" }),
    ],
    isSyntheticStudy: () => [folder],
    writePhantomStudy: () => [
      join(folder, "study"),
      options({
        ...{ seed: 0, counts, widths: { minimum: 200, maximum: 220 }, opacity: "faint" },
        ...{ missingImage: false, unreadableImage: false, onProgress: () => {}, signal: AbortSignal.abort() },
      }),
    ],
  },
);
