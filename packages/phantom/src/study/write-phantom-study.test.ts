import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FileError, InterruptedError, InvalidArgumentError } from "@covidxr/core";
import { temporaryPath } from "@covidxr/core/files-internal";
import { decodeImage } from "@covidxr/image";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import {
  isSyntheticStudy,
  MANIFEST_NAME,
  type PhantomStudy,
  type PhantomStudyOptions,
  writePhantomStudy,
} from "./write-phantom-study.js";

const SMALL = {
  seed: 3,
  widths: { minimum: 122, maximum: 150 },
  counts: {
    covid: 5,
    otherPneumonia: 2,
    noFinding: 1,
    otherRadiographs: 1,
    listedOnly: 2,
    repeatedNormals: 1,
  },
} satisfies PhantomStudyOptions;

/** A complete study of {@link SMALL}, written once; tests that need one copy it. */
let complete: string;
let study: PhantomStudy;
const steps: number[] = [];
let dir: string;
beforeAll(async () => {
  complete = await mkdtemp(join(tmpdir(), "covidxr-phantom-"));
  study = await writePhantomStudy(complete, {
    ...SMALL,
    onProgress: ({ done, total }) => steps.push(done / total),
  });
});
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "covidxr-phantom-"));
});
afterEach(() => rm(dir, { recursive: true, force: true }));
afterAll(() => rm(complete, { recursive: true, force: true }));

const copyComplete = () => cp(complete, dir, { recursive: true });

async function digests(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((e) => e.isFile()).map((e) => join(e.parentPath, e.name));
  const pairs = paths.sort().map(async (path) => {
    const digest = createHash("sha256")
      .update(await readFile(path))
      .digest("hex");
    return [path.slice(folder.length), digest];
  });
  return Object.fromEntries(await Promise.all(pairs));
}

describe("writePhantomStudy", () => {
  test("writes the study's folders, tables and notice, and decodable images", async () => {
    expect(study).toMatchObject({
      synthetic: true,
      studyDir: complete,
      records: 11,
      cohortRows: 10,
      reused: false,
    });
    // Five positives, two other pneumonias, one without finding, one AP view and one normal, less the missing one.
    expect(study.images).toBe(9);
    expect(steps).toEqual(Array.from({ length: 9 }, (_, i) => (i + 1) / 9));

    expect(await readFile(join(complete, "SYNTHETIC.txt"), "utf8")).toMatch(/^SYNTHETIC DATA/);
    expect(await readdir(study.normalsDir)).toHaveLength(1);
    const names = await readdir(study.imagesDir);
    expect(names).toHaveLength(8);
    for (const name of names) {
      const path = join(study.imagesDir, name);
      const decoded = decodeImage(await readFile(path), { name });
      if (study.unreadable[0]!.endsWith(`/${name}`))
        await expect(decoded).rejects.toMatchObject({ kind: "image" });
      else expect((await decoded).width).toBeGreaterThanOrEqual(122);
    }
    expect(names).not.toContain(study.missing[0]!.split("/").at(-1));
  });

  test("writes metadata.csv in the schema of 2020-05, every row marked synthetic", async () => {
    const lines = (await readFile(study.metadataPath, "utf8")).trimEnd().split("\n");
    expect(lines[0]).toBe(
      "patientid,offset,sex,age,finding,survival,intubated,intubation_present,went_icu,in_icu," +
        "needed_supplemental_O2,extubated,temperature,pO2_saturation,leukocyte_count,neutrophil_count," +
        "lymphocyte_count,view,modality,date,location,folder,filename,doi,url,license,clinical_notes,other_notes,",
    );
    expect(lines).toHaveLength(12);
    for (const line of lines.slice(1)) {
      expect(line).toMatch(/^synthetic-\d+,\d+,[MF],\d+,/);
      expect(line).toMatch(/,synthetic,synthetic,"synthetic, no patient; [^,]*",synthetic,$/);
    }
    const list = (await readFile(study.cohortPath, "utf8")).trimEnd().split("\n");
    expect(list[0]).toBe("filename,covid-19");
    expect(list).toHaveLength(11);
  });

  test("gives the same bytes for the same seed and others for another", async () => {
    const [same, other] = ["a", "b"].map((name) => join(dir, name));
    await writePhantomStudy(same!, SMALL);
    await writePhantomStudy(other!, { ...SMALL, seed: 4 });
    expect(await digests(same!)).toEqual(await digests(complete));
    expect(await digests(other!)).not.toEqual(await digests(complete));
  });

  test("leaves a complete study as it is", async () => {
    await copyComplete();
    const found = await writePhantomStudy(dir, {
      ...SMALL,
      onProgress: () => {
        throw new Error("nothing should be drawn");
      },
    });
    expect(found).toMatchObject({ reused: true, images: 9 });
  });

  test.each([
    { why: "no manifest", spoil: () => rm(join(dir, MANIFEST_NAME)) },
    { why: "a damaged manifest", spoil: () => writeFile(join(dir, MANIFEST_NAME), '{"version": 1, "opt') },
    { why: "a truncated table", spoil: () => writeFile(join(dir, "chestxrays.csv"), "filename") },
    { why: "a missing folder", spoil: () => rm(join(dir, "chest_xray"), { recursive: true }) },
  ])("rewrites a study with $why", async ({ spoil }) => {
    await copyComplete();
    await spoil();
    expect(await writePhantomStudy(dir, SMALL)).toMatchObject({ reused: false });
    expect(await digests(dir)).toEqual(await digests(complete));
  });

  test("replaces a study with other options and leaves none of its images behind", async () => {
    await writePhantomStudy(dir, { ...SMALL, seed: 9 });
    await writePhantomStudy(dir, SMALL);
    expect(await digests(dir)).toEqual(await digests(complete));
  });

  test("two calls at once write it once", async () => {
    const studies = await Promise.all([writePhantomStudy(dir, SMALL), writePhantomStudy(dir, SMALL)]);
    expect(studies.map(({ reused }) => reused).sort()).toEqual([false, true]);
    expect(await digests(dir)).toEqual(await digests(complete));
  });

  test("a process that was killed at the first file leaves nothing in the way", async () => {
    const { pid } = spawnSync(process.execPath, ["-e", ""]);
    await writeFile(temporaryPath(dir).replace(/-\d+-\d+-/, `-${pid}-1-`), "half");
    await writePhantomStudy(dir, SMALL);
    expect(await digests(dir)).toEqual(await digests(complete));
  });

  test("stops between two images on abort, and starts over the next time", async () => {
    const controller = new AbortController();
    const attempt = writePhantomStudy(dir, {
      ...SMALL,
      signal: controller.signal,
      onProgress: ({ done }) => done === 2 && controller.abort(),
    });
    await expect(attempt).rejects.toBeInstanceOf(InterruptedError);
    expect(await isSyntheticStudy(dir)).toBe(true);
    expect(await readdir(dir)).not.toContain(MANIFEST_NAME);
    expect(await writePhantomStudy(dir, SMALL)).toMatchObject({ reused: false, images: 9 });
  });

  test("has no defects if asked", async () => {
    const whole = await writePhantomStudy(dir, { ...SMALL, missingImage: false, unreadableImage: false });
    expect(whole).toMatchObject({ images: 10, missing: [], unreadable: [] });
  });

  test("refuses a folder with anything else in it and leaves it alone", async () => {
    await writeFile(join(dir, "chestxrays.csv"), "real data");
    const attempt = writePhantomStudy(dir, SMALL);
    await expect(attempt).rejects.toBeInstanceOf(FileError);
    await expect(attempt).rejects.toMatchObject({ path: dir, reason: "unwritable" });
    expect(await readFile(join(dir, "chestxrays.csv"), "utf8")).toBe("real data");
    expect(await readdir(dir)).toEqual(["chestxrays.csv"]);
  });

  test("refuses a phantom study to which somebody added files", async () => {
    await copyComplete();
    await writeFile(join(dir, "notes.txt"), "mine");
    await rm(join(dir, MANIFEST_NAME));
    await expect(writePhantomStudy(dir, SMALL)).rejects.toMatchObject({ reason: "unwritable" });
    expect(await readFile(join(dir, "notes.txt"), "utf8")).toBe("mine");
  });

  test("refuses a path that is a file", async () => {
    const path = join(dir, "file");
    await writeFile(path, "");
    await expect(writePhantomStudy(path, SMALL)).rejects.toMatchObject({
      kind: "file",
      path,
      reason: "unwritable",
    });
  });

  test.each([
    { options: { seed: -1 }, parameter: "seed" },
    { options: { opacity: "strong" as "faint" }, parameter: "opacity" },
    { options: { counts: { covid: 0 } }, parameter: "counts" },
  ])("refuses $options before it touches the folder", async ({ options, parameter }) => {
    const attempt = writePhantomStudy(dir, { ...SMALL, ...options });
    await expect(attempt).rejects.toBeInstanceOf(InvalidArgumentError);
    await expect(attempt).rejects.toMatchObject({ parameter });
    expect(await readdir(dir)).toEqual([]);
  });
});

test("recognizes a synthetic study by its notice", async () => {
  const dir = await mkdtemp(join(tmpdir(), "covidxr-phantom-"));
  expect(await isSyntheticStudy(dir)).toBe(false);
  await writeFile(join(dir, "SYNTHETIC.txt"), "");
  expect(await isSyntheticStudy(dir)).toBe(true);
  await rm(dir, { recursive: true });
  expect(await isSyntheticStudy(dir)).toBe(false);
});
