import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseMetadata } from "@covidxr/dataset/cohort";
import { options, testRefusals } from "@covidxr/testing/refusals";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import * as audit from "./index.js";
import { cleanCohort, copyPair } from "./testing/clean-cohort.js";
import { drawCohort, HEIGHT, MODEL, WIDTH } from "./testing/probe-images.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "covidxr-"));
  await writeFile(join(folder, "a_mask.png"), "");
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const whole = cleanCohort(0);
const rows = whole.rows.slice(0, 12);
const fingerprints = whole.fingerprints.slice(0, 12);
const copies = [copyPair(rows[0]!.path, rows[1]!.path)];
const records = parseMetadata(
  "patientid,finding,view,modality,folder,filename\n1,COVID-19,PA,X-ray,images,a.png\n",
  "metadata.csv",
);
const images = drawCohort({ count: 16 });
const lungs = new Uint8Array(WIDTH * HEIGHT).fill(255, 100, 200);
const mask = { width: WIDTH, height: HEIGHT, data: lungs };
const nothing = () => {};

testRefusals(audit, {
  auditCohort: [rows, options({ fingerprints, copies, failures: [], records, now: new Date(0), seed: 0 })],
  deduplicate: [rows, copies],
  describeRows: [rows, records, {}],
  findCopies: [fingerprints, options({ seed: 0, onProgress: nothing })],
  fingerprintImages: [["no/such/file.png"], options({ decoder: "jimp", onProgress: nothing })],
  identifyImages: [rows, copies],
  openLungMasks: () => [folder],
  patientGroups: [rows, copies],
  pixelEmbedder: [options({ side: 4 })],
  probeFindings: [[], { attributes: [] }],
  runProbes: [
    options({
      ...{
        images,
        embedder: audit.pixelEmbedder({ side: 2 }),
        lungMask: async () => mask,
      },
      ...{ seed: 0, folds: 2, model: MODEL, onProgress: nothing },
    }),
  ],
  splitByPatient: [
    whole.rows,
    options({ testSize: 0.2, validationSize: 0.2, seed: 0, splits: ["a", "b", "c"], copies }),
  ],
});

test("rows without facts are sent to describeRows", () => {
  const bare = rows.map(({ facts: _, ...row }) => row) as never;
  expect(() => audit.auditCohort(bare, { fingerprints, copies, now: new Date(0), seed: 0 })).toThrow(
    expect.objectContaining({ parameter: "rows", message: expect.stringContaining("describeRows") }),
  );
});
