import { mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { noteFiles } from "./run/manifest.js";
import { createRun } from "./run/open-run.js";
import { analyseSample } from "./testing/analyse-sample.js";
import { type SampleRun, writeSampleRun } from "./testing/write-sample-run.js";
import { verifyRun } from "./verify-run.js";
import { writeReport } from "./write-report.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "covidxr-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Changes a file; with `noted`, the manifest too, as somebody who hides the change would. */
async function edit(name: string, from: string | RegExp, to: string, noted = false): Promise<void> {
  const text = await readFile(join(folder, name), "utf8");
  expect(text.replace(from, to)).not.toBe(text);
  await writeFile(join(folder, name), text.replace(from, to));
  if (noted) await noteFiles(folder, [name]);
}

/** Statuses by check, with the lines of those that differ. */
async function verify(): Promise<Readonly<Record<string, unknown>>> {
  const { same, checks } = await verifyRun(folder);
  return {
    same,
    ...Object.fromEntries(
      checks.map(({ name, status, lines }) => [name, status === "differs" ? lines : status]),
    ),
  };
}

const SAME = { same: true, files: "same", "tables and records": "same", facts: "same", metrics: "same" };

test.each<SampleRun>([{ kind: "holdout", thumbnails: true, noDerivatives: [1] }, { kind: "folds" }])(
  "a run that nobody touched: %o",
  async (sample) => {
    await writeReport(await analyseSample(folder, sample));
    expect(await verify()).toEqual(SAME);
    const { manifest, edited } = await verifyRun(folder);
    expect([manifest, edited]).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/), []]);
  },
);

test("an audit without a model", async () => {
  const run = await createRun(folder, { program: "audit", kind: "audit", settings: {}, now: new Date(0) });
  await writeSampleRun(join(folder, "sample"), { kind: "holdout" });
  await writeFile(join(folder, "cohort.csv"), await readFile(join(folder, "sample", "cohort.csv")));
  await run.finish();
  expect(await verify()).toEqual({
    ...{ same: true, files: "same", "tables and records": "same", metrics: "not-checked" },
  });
});

test("what is not there is said not to be checked", async () => {
  await writeSampleRun(folder, { kind: "holdout", manifest: false, otherSplit: true });
  expect(await verify()).toEqual({
    ...{ ...SAME, files: "not-checked", metrics: "not-checked", "other split": "not-checked" },
  });
  expect((await verifyRun(folder)).manifest).toBeNull();
});

test("an edit that was accepted is said, and differs in nothing", async () => {
  await writeSampleRun(folder, { kind: "holdout" });
  await writeFile(join(folder, "audit.txt"), "added");
  await writeReport(folder, { acceptEdits: true });
  expect(await verify()).toEqual(SAME);
  expect((await verifyRun(folder)).edited).toEqual(["audit.txt"]);
});

describe("finds", () => {
  beforeEach(async () => {
    await writeReport(await analyseSample(folder, { kind: "holdout" }));
  });

  test("every file that differs, not the first one alone", async () => {
    await edit("report.html", "<h1>", "<h1>Good ");
    await edit("CLAIM.md", "CLAIM", "claim");
    await rm(join(folder, "MODEL_CARD.md"));
    await writeFile(join(folder, "figures", "own.svg"), "<svg/>");
    expect(await verify()).toEqual({
      ...{ ...SAME, same: false },
      files: [
        expect.stringMatching(/^CLAIM\.md: expected the file that the run wrote/),
        expect.stringMatching(/^MODEL_CARD\.md: .* found none/),
        expect.stringMatching(/^figures\/own\.svg: no report that the manifest names/),
        expect.stringMatching(/^report\.html: /),
      ],
    });
  });

  // Changes that the manifest hides.
  test.each([
    {
      why: "metrics that the predictions do not give",
      ...{ name: "metrics.json", from: /"value": 0\.83\d*/, to: '"value": 0.93' },
      finds: { metrics: [expect.stringMatching(/"splits\.train\.metrics\.averagePrecision\.value"/)] },
    },
    {
      why: "a confusion matrix of another model",
      ...{ name: "metrics.json", from: /"images": 12/, to: '"images": 13' },
      finds: { metrics: [expect.stringMatching(/"splits\.test\.images"/)] },
    },
    {
      why: "edits that the metrics keep quiet about",
      ...{ name: "metrics.json", from: '"verified": true', to: '"verified": false' },
      finds: { metrics: [expect.stringMatching(/"verified"/)] },
    },
    {
      why: "a prediction on the other side of the threshold",
      ...{ name: "predictions.csv", from: /^(image-0\.png,train,1,[\d.]+),0/m, to: "$1,1" },
      finds: { facts: [expect.stringMatching(/^predictions\.csv, line 2: expected predicted 0/)] },
    },
    {
      why: "an epoch too few",
      ...{ name: "history.csv", from: /\n3,.*/, to: "" },
      finds: {
        "tables and records": [expect.stringMatching(/history\.csv: expected 3 epochs/)],
        ...{ facts: undefined, metrics: "not-checked" },
      },
    },
  ])("$why", async ({ name, from, to, finds }) => {
    await edit(name, from, to, true);
    const { facts, ...found } = await verify();
    expect({ facts, ...found }).toEqual({ ...SAME, same: false, ...finds });
  });
});

test("counts of run.json and the audit that the cohort does not have", async () => {
  const dataset = [{ source: "covid-chestxray-dataset", rows: 24, used: 23, licence: "x" }];
  await writeSampleRun(folder, { kind: "holdout", audit: "clean", record: { dataset } });
  await edit("audit.json", '"rows": 48', '"rows": 40', true);
  expect(await verify()).toMatchObject({
    facts: [
      "run.json: used rows of covid-chestxray-dataset: expected 24, got 23",
      "audit.json: rows: expected 48, got 40",
    ],
  });
});

test("a folder that holds no finished run, or a link, is refused", async () => {
  const refused = (reason: string) => ({ name: "FileError", reason });
  await expect(verifyRun(join(folder, "nowhere"))).rejects.toMatchObject(refused("missing"));
  await writeSampleRun(folder, { kind: "holdout", record: { status: "running" } });
  await expect(verifyRun(folder)).rejects.toMatchObject(refused("corrupt"));
  await symlink(tmpdir(), join(folder, "figures"));
  await expect(verifyRun(folder)).rejects.toThrow(/symbolic link/);
});
