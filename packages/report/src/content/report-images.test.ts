import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { HoldoutAnalysis } from "../analysis/analyse-run.js";
import type { RunData, ScoredImage } from "../run/read-run.js";
import { analyseSample } from "../testing/analyse-sample.js";
import { HOSTILE_NAME } from "../testing/hostile-name.js";
import { SAMPLE_AUDIT } from "../testing/sample-audit.js";
import { collectImages, listCopies } from "./report-images.js";

let root: string;
let analysis: HoldoutAnalysis;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "covidxr-"));
  const sample = { kind: "holdout", thumbnails: true } as const;
  analysis = (await analyseSample(join(root, "run"), sample)) as HoldoutAnalysis;
});
afterAll(() => rm(root, { recursive: true, force: true }));

test("shows examples of each class from the least to the most probable, and every error", async () => {
  const { examples, errors, thumbnails } = await collectImages(analysis);
  expect(examples.map(({ className }) => className)).toEqual(["not COVID-19", "COVID-19"]);
  for (const { images } of examples) {
    const probabilities = images.map(({ probability }) => probability);
    expect(probabilities).toEqual([...probabilities].sort((a, b) => a - b));
    expect(images).toHaveLength(6);
  }
  expect(errors).toEqual(analysis.headline.errors);
  for (const { path } of errors) expect(thumbnails.get(path)).toMatch(/^data:image\/jpeg;base64,\/9j\//);
});

test("shows no image whose licence forbids altered copies, though the run has its thumbnail", async () => {
  const free = await collectImages(analysis);
  expect(free.withheld.size).toBe(0);
  const sample = { kind: "holdout", noDerivatives: [40, 3], thumbnails: true } as const;
  const { examples, errors, thumbnails, withheld } = await collectImages(
    await analyseSample(join(root, "marked"), sample),
  );
  const path = "covid-chestxray-dataset/images/image-40.png";
  expect([...withheld].sort()).toEqual(["chest_xray/train/NORMAL/image-3.png", path]);
  expect([...examples.flatMap(({ images }) => images), ...errors].map((image) => image.path)).toContain(path);
  expect([...free.thumbnails.keys()].filter((own) => !thumbnails.has(own))).toEqual([path]);
});

test("reads no image from outside the run's folder", async () => {
  await writeFile(join(root, "secret.jpg"), "secret");
  const leading = (images: readonly ScoredImage[]) =>
    images.map((image) => ({ ...image, path: "../../secret" }));
  const { headline } = analysis;
  const outside = { ...headline, images: leading(headline.images), errors: leading(headline.errors) };
  const { thumbnails } = await collectImages({ ...analysis, headline: outside });
  expect(thumbnails.size).toBe(0);
});

test.each([
  { why: "another file", content: "secret" },
  { why: "a file of another size", content: new Uint8Array(2 ** 18 + 1).fill(0xff) },
])("takes no $why for a thumbnail", async ({ content }) => {
  const folder = join(root, "other");
  const own = await analyseSample(folder, { kind: "holdout", thumbnails: true });
  const file = join(folder, "thumbnails", `${own.headline.errors[0]!.path}.jpg`);
  await writeFile(file, content);
  const refused = { name: "FileError", reason: "corrupt", path: file };
  await expect(collectImages(own)).rejects.toMatchObject(refused);
});

describe("copies", () => {
  let run: RunData;
  beforeAll(async () => {
    ({ run } = await analyseSample(join(root, "audited"), { kind: "holdout", audit: "findings" }));
  });

  test("twelve pairs are shown, those across splits first, the others in the audit's order", () => {
    const copies = listCopies(run);
    expect(SAMPLE_AUDIT.copies).toHaveLength(13);
    expect(copies).toHaveLength(12);
    expect(copies[0]).toMatchObject({
      second: `chest_xray/train/NORMAL/${HOSTILE_NAME}`,
      splits: { first: ["train"], second: ["predict"] },
      acrossSplits: true,
    });
    expect(copies.slice(1).map(({ first, second }) => [first, second])).toEqual(
      SAMPLE_AUDIT.copies.slice(0, 11).map(({ first, second }) => [first, second]),
    );
    expect(copies.slice(1).every(({ acrossSplits }) => !acrossSplits)).toBe(true);
  });

  test("every split of a file is named, and none of one that the cohort does not know", () => {
    const [row] = run.cohort.filter(({ path }) => path === SAMPLE_AUDIT.copies[0]!.first);
    const cohort = [...run.cohort, { ...row!, split: "test" as const }];
    const copy = { ...SAMPLE_AUDIT.copies[0]!, second: "elsewhere.png" };
    const [listed] = listCopies({ ...run, cohort, audit: { ...SAMPLE_AUDIT, copies: [copy] } });
    expect(listed!.splits).toEqual({ first: ["train", "test"], second: [] });
    expect(listed!.acrossSplits).toBe(true);
  });

  test("there are none without an audit", () => {
    expect(listCopies({ ...run, audit: null })).toEqual([]);
  });
});
