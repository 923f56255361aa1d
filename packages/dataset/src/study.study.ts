import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import {
  assertUsable,
  type CohortRow,
  countFindings,
  countLabels,
  derivativesUnder,
  filterRecords,
  groupFindings,
  locateFiles,
  type MetadataRecord,
  RandomState,
  readCohort,
  readMetadata,
  splitCohort,
  summarizeSplits,
  writeCohort,
} from "./index.js";
import type { LabelledRecord } from "./records/labels.js";
import { STUDY_LAYOUT } from "./study/constants.js";
import { studyLicences } from "./study/licences.js";
import { readManifest, studyFiles } from "./study/manifest.js";
import {
  balance,
  cohortFromList,
  listImages,
  organize,
  readStudyList,
  STUDY_FINDINGS,
  STUDY_SPLIT,
  writeStudyList,
} from "./study.js";

const STUDY = resolve(process.env.COVIDXR_SHARED ?? "../shared", "study");

let records: MetadataRecord[];
let labelled: LabelledRecord[];
let cohort: CohortRow[];
let scratch: string;

beforeAll(async () => {
  if (!existsSync(STUDY)) {
    throw new Error(
      `expected the study's inputs in ${STUDY}, found nothing; set COVIDXR_SHARED to their parent folder`,
    );
  }
  scratch = await mkdtemp(join(tmpdir(), "covidxr-study-"));
  records = await readMetadata(join(STUDY, STUDY_LAYOUT.metadata));
  labelled = groupFindings(filterRecords(records, { modality: "X-ray", view: "PA" }), STUDY_FINDINGS);
  const list = await readStudyList(join(STUDY, STUDY_LAYOUT.list));
  cohort = await locateFiles(splitCohort(cohortFromList(list, labelled), STUDY_SPLIT), STUDY);
});

afterAll(async () => {
  if (scratch !== undefined) await rm(scratch, { recursive: true });
});

const rowsOf = (split: string): CohortRow[] => cohort.filter((row) => row.split === split);

describe("the study's records", () => {
  test("372 rows, of which 195 posteroanterior radiographs of 131 patients", () => {
    const radiographs = filterRecords(records, { modality: "X-ray", view: "PA" });
    expect(records).toHaveLength(372);
    expect(radiographs).toHaveLength(195);
    expect(new Set(radiographs.map(({ patientId }) => patientId)).size).toBe(131);
    expect(countFindings(radiographs)).toEqual([
      { finding: "COVID-19", count: 141 },
      { finding: "Streptococcus", count: 13 },
      { finding: "Pneumocystis", count: 12 },
      { finding: "COVID-19, ARDS", count: 11 },
      { finding: "SARS", count: 8 },
      { finding: "ARDS", count: 4 },
      { finding: "Legionella", count: 2 },
      { finding: "No Finding", count: 2 },
      { finding: "Chlamydophila", count: 1 },
      { finding: "Klebsiella", count: 1 },
    ]);
  });

  test("152 positive and 43 negative, balanced by the list to 152 and 152", () => {
    expect(countLabels(labelled)).toEqual({ positive: 152, negative: 43 });
    expect(countLabels(cohort)).toEqual({ positive: 152, negative: 152 });
    expect(cohort.slice(0, 195).map(({ filename }) => filename)).toEqual(
      labelled.map(({ record }) => record.filename),
    );
  });
});

describe("the study's split", () => {
  test("218, 55 and 31 rows; 216, 55 and 31 files", () => {
    const figures = summarizeSplits(cohort).map(({ split, rows, files }) => [split, rows, files]);
    expect(figures).toEqual([
      ["train", 218, 216],
      ["test", 55, 55],
      ["predict", 31, 31],
    ]);
  });

  test("the lists are scikit-learn's", () => {
    // SHA-256 of the splits' sorted paths joined by line feeds, made in Python: train_test_split of
    // scikit-learn 1.2.1 over the rows of chestxrays.csv, test_size 0.1, then 0.2 of the rest, random_state 42.
    const digest = (split: string) =>
      createHash("sha256")
        .update(
          rowsOf(split)
            .map(({ path }) => path)
            .sort()
            .join("\n"),
        )
        .digest("hex");
    expect([digest("train"), digest("test"), digest("predict")]).toEqual([
      "ee3970481d897acbec2eb898893f448f160ea32e5fa1ac9336d8b3ecdad7e01b",
      "de69a0746afcfe89c2c1f464fee2d5757502d54ef9e71655ea122bfe230d4486",
      "cbc75f1d36a716cc8ee534f97d5d3585fd7024b6ba4472f1045decc9c6e8c513",
    ]);
  });

  test("one normal stands in train and test", () => {
    const train = new Set(rowsOf("train").map(({ path }) => path));
    const shared = [...rowsOf("test"), ...rowsOf("predict")].filter(({ path }) => train.has(path));
    expect(shared.map(({ source, split }) => [source, split])).toEqual([["chest-xray-pneumonia", "test"]]);
  });
});

describe("the study's files", () => {
  test("the five missing ones are named and leave every split usable", () => {
    expect(
      cohort
        .filter(({ status }) => status === "missing")
        .map(({ filename }) => filename)
        .sort(),
    ).toEqual([
      "cavitating-pneumonia-4-day28-PA.png",
      "chlamydia-pneumonia-PA.png",
      "covid-19-pneumonia-14-PA.png",
      "parapneumonic-effusion-1-PA.png",
      "pneumocystis-jiroveci-pneumonia-4-PA.png",
    ]);
    expect(summarizeSplits(cohort).map(({ statuses }) => statuses)).toEqual([
      { used: 215, missing: 1, unreadable: 0, duplicate: 2 },
      { used: 52, missing: 3, unreadable: 0, duplicate: 0 },
      { used: 30, missing: 1, unreadable: 0, duplicate: 0 },
    ]);
    expect(() => assertUsable(cohort)).not.toThrow();
  });

  test("organised, they fill the study's folders", async () => {
    const out = join(scratch, "organized");
    const counts = await organize(cohort, STUDY, out);
    const used = summarizeSplits(cohort).map(({ split, statuses }) => [split, statuses.used]);
    expect(
      Object.entries(counts).map(([split, { positive, negative }]) => [split, positive + negative]),
    ).toEqual(used);
    expect(await readdir(join(out, "train/1_covid"))).toHaveLength(counts.train.positive);
    expect(await readdir(join(out, "predict"))).toHaveLength(
      counts.predict.positive + counts.predict.negative,
    );
  });

  test("the cohort comes back as it was written, one line a row", async () => {
    const path = join(scratch, "cohort.csv");
    await writeCohort(path, cohort);
    expect((await readFile(path, "utf8")).trimEnd().split("\n")).toHaveLength(305);
    expect(await readCohort(path)).toEqual(cohort);
  });

  test("the list comes back byte for byte", async () => {
    const path = join(scratch, "chestxrays.csv");
    await writeStudyList(path, cohort);
    expect(await readFile(path)).toEqual(await readFile(join(STUDY, STUDY_LAYOUT.list)));
  });
});

describe("the study's manifest", () => {
  test("is the table of the study's published files", async () => {
    const published = await readManifest(join(STUDY, "files.csv"));
    expect(studyFiles()).toEqual(published);
    expect(new Set(cohort.map(({ path }) => path))).toEqual(
      new Set(published.map(({ path }) => path).filter((path) => !path.endsWith(".csv"))),
    );
  });

  test("has length and digests of every file that is there", async () => {
    const absent: string[] = [];
    for (const { path, bytes, digests } of studyFiles()) {
      const content = await readFile(join(STUDY, path)).catch(() => null);
      if (content === null) {
        absent.push(path);
        continue;
      }
      const digest = (algorithm: string, ...parts: (string | Buffer)[]) =>
        parts.reduce((hash, part) => hash.update(part), createHash(algorithm)).digest("hex");
      expect({ path, bytes, digests }).toEqual({
        path,
        bytes: content.length,
        digests: {
          sha256: digest("sha256", content),
          gitBlobSha1: digest("sha1", `blob ${content.length}\0`, content),
        },
      });
    }
    expect(absent.sort()).toEqual(
      cohort
        .filter(({ status }) => status === "missing")
        .map(({ path }) => path)
        .sort(),
    );
  });

  test("counts the images' licences; six forbid derivatives", () => {
    const { images, noDerivatives } = studyLicences(studyFiles(), records);
    expect(images.map(({ license, images: count }) => [license, count])).toEqual([
      [null, 92],
      ["CC BY-NC-SA", 74],
      ["CC BY-NC-SA 4.0", 16],
      ["CC BY-NC-ND", 6],
      ["listed as authorized for everyone", 4],
      ["CC BY", 2],
      ["CC BY-SA", 1],
      ["CC BY 4.0", 106],
    ]);
    const marked = cohort.filter(({ license }) => derivativesUnder(license) === "forbidden");
    expect(noDerivatives).toEqual(marked.map(({ path }) => path));
    expect(noDerivatives).toHaveLength(6);
  });
});

test("a new draw takes 109 normals with replacement", async () => {
  const normals = await listImages(join(STUDY, STUDY_LAYOUT.normals));
  expect(normals).toHaveLength(106);
  const redrawn = balance(labelled, normals, new RandomState(42));
  expect(countLabels(redrawn)).toEqual({ positive: 152, negative: 152 });
  expect(redrawn.slice(195).every(({ filename }) => normals.includes(filename))).toBe(true);
});
