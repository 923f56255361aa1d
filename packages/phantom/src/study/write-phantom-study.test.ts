import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FileError, InterruptedError, InvalidArgumentError } from "@covidxr/core";
import { decodeImage } from "@covidxr/image";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { isSyntheticStudy } from "./is-synthetic-study.js";
import { MANIFEST_NAME } from "./manifest.js";
import { type PhantomStudyOptions, writePhantomStudy } from "./write-phantom-study.js";

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

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "covidxr-phantom-"));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

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
  test("writes the study's folders, tables and notice, and images that can be decoded", async () => {
    const steps: number[] = [];
    const study = await writePhantomStudy(dir, {
      ...SMALL,
      onProgress: ({ done, total }) => steps.push(done / total),
    });
    expect(study).toMatchObject({
      synthetic: true,
      studyDir: dir,
      records: 11,
      cohortRows: 10,
      reused: false,
    });
    // Five positives, two other pneumonias, one without finding, one AP view and one normal, less the missing one.
    expect(study.images).toBe(9);
    expect(steps).toEqual(Array.from({ length: 9 }, (_, i) => (i + 1) / 9));

    expect(await readFile(join(dir, "SYNTHETIC.txt"), "utf8")).toMatch(/^SYNTHETIC DATA/);
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

  test("writes metadata.csv in the schema of 2020-05, every row saying that it is synthetic", async () => {
    const study = await writePhantomStudy(dir, SMALL);
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
    const [first, second, third] = ["a", "b", "c"].map((name) => join(dir, name));
    await writePhantomStudy(first!, SMALL);
    await writePhantomStudy(second!, SMALL);
    await writePhantomStudy(third!, { ...SMALL, seed: 4 });
    expect(await digests(second!)).toEqual(await digests(first!));
    expect(await digests(third!)).not.toEqual(await digests(first!));
  });

  test("leaves a whole study as it is", async () => {
    await writePhantomStudy(dir, SMALL);
    const study = await writePhantomStudy(dir, {
      ...SMALL,
      onProgress: () => {
        throw new Error("nothing should be drawn");
      },
    });
    expect(study).toMatchObject({ reused: true, images: 9 });
  });

  test.each([
    { why: "no manifest", spoil: () => rm(join(dir, MANIFEST_NAME)) },
    { why: "a damaged manifest", spoil: () => writeFile(join(dir, MANIFEST_NAME), '{"version": 1, "opt') },
    { why: "a table cut short", spoil: () => writeFile(join(dir, "chestxrays.csv"), "filename") },
    { why: "a lost folder", spoil: () => rm(join(dir, "chest_xray"), { recursive: true }) },
  ])("makes a study with $why again", async ({ spoil }) => {
    await writePhantomStudy(dir, SMALL);
    const before = await digests(dir);
    await spoil();
    expect(await writePhantomStudy(dir, SMALL)).toMatchObject({ reused: false });
    expect(await digests(dir)).toEqual(before);
  });

  test("replaces a study of other options and leaves none of its images behind", async () => {
    await writePhantomStudy(join(dir, "fresh"), { ...SMALL, seed: 9 });
    await writePhantomStudy(join(dir, "used"), SMALL);
    await writePhantomStudy(join(dir, "used"), { ...SMALL, seed: 9 });
    expect(await digests(join(dir, "used"))).toEqual(await digests(join(dir, "fresh")));
  });

  test("stops between two images when told to, and starts over the next time", async () => {
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

  test("leaves out the faults when asked to", async () => {
    const study = await writePhantomStudy(dir, { ...SMALL, missingImage: false, unreadableImage: false });
    expect(study).toMatchObject({ images: 10, missing: [], unreadable: [] });
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
    await writePhantomStudy(dir, SMALL);
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
