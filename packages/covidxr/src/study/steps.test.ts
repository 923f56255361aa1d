import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { STUDY_LAYOUT } from "@covidxr/dataset/internal";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Printer } from "../run/printer.js";
import { Run } from "../run/run.js";
import type { Settings } from "../settings/declarations.js";
import { readRequest } from "../settings/read-settings.js";
import { writeSmallStudy } from "../testing/run-program.js";
import { auditCohort } from "./audit.js";
import { loadCohort } from "./load-cohort.js";
import { openStudy } from "./open-study.js";
import { PUBLISHED_STUDY } from "./published.js";

// What is wrong with the inputs, step by step; the programs are tested with their commands.
let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "covidxr-"));
  await writeSmallStudy(join(root, "study"));
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** The run that is at work in the folder; the next one takes it over as after a kill. */
let latest: Run<Settings> | undefined;

/** A run on a study folder, and what it prints. */
async function open(study: string, flags: Readonly<Record<string, unknown>> = {}) {
  const now = new Date(0);
  const request = await readRequest(
    "audit",
    {
      study: join(root, study),
      ...{ cache: join(root, "cache"), output: join(root, "run"), height: 32, width: 38, probes: "none" },
      ...flags,
    },
    now,
  );
  const lines: string[] = [];
  latest?.lock.release();
  const run = await Run.open({
    ...request,
    settings: request.settings as Settings,
    kind: "audit",
    now,
    say: new Printer((line) => lines.push(line)),
  });
  latest = run;
  return { run, lines };
}

async function load(study: string, flags?: Readonly<Record<string, unknown>>) {
  const { run, lines } = await open(study, flags);
  return { run, lines, cohort: await loadCohort(run, PUBLISHED_STUDY, await openStudy(run)) };
}

const broken = async (name: string, change: (folder: string) => Promise<void>): Promise<string> => {
  await cp(join(root, "study"), join(root, name), { recursive: true });
  await change(join(root, name));
  return name;
};

test("a study folder or weights that do not exist", async () => {
  const { run } = await open("nowhere");
  await expect(openStudy(run)).rejects.toMatchObject({ kind: "file", reason: "missing" });
  const { run: weightless } = await open("study", { weights: join(root, "nowhere.h5") });
  await expect(openStudy(weightless)).rejects.toMatchObject({ kind: "weights" });
});

test("metadata without a view column", async () => {
  const folder = await broken("no-view", async (path) => {
    const file = join(path, STUDY_LAYOUT.metadata);
    await writeFile(file, (await readFile(file, "utf8")).replace(",view,", ",projection,"));
  });
  const { run, lines } = await open(folder);
  await expect(loadCohort(run, PUBLISHED_STUDY, await openStudy(run))).rejects.toMatchObject({
    kind: "empty-selection",
    selection: "X-ray PA",
  });
  expect(lines).toContain("Table: columns that this version does not have: 1, such as view");
});

test("a text file named .jpg is named and left out", async () => {
  const folder = await broken("text-image", async (path) => {
    const images = join(path, "covid-chestxray-dataset/images");
    const [name] = (await readdir(images)).filter((file) => /\.jpe?g$/.test(file)).sort();
    await writeFile(join(images, name!), "not an image");
  });
  const { lines, cohort } = await load(folder);
  expect(lines).toContain("Unreadable files: 2");
  expect(lines.join("\n")).toMatch(/: expected a JPEG or PNG/);
  expect(cohort.rows.filter(({ status }) => status === "unreadable")).toHaveLength(2);
});

test("a study folder whose tables are not the published ones is said to be another study", async () => {
  const folder = await broken("own-tables", (path) => rm(join(path, "SYNTHETIC.txt")));
  const { run, lines } = await open(folder);
  await openStudy(run);
  expect(lines.join("\n")).toMatch(
    /^Published files of the study: 0 of 303 have .*\nNOT the published files: .*chestxrays.csv/,
  );
  expect(lines.join("\n")).toMatch(/this is another study/);
  expect(run.folder.record.study).toMatchObject({ files: 303, verified: 0 });
  expect(run.folder.record.study?.different).toContain("chestxrays.csv");
});

test("no usable image in a split", async () => {
  const folder = await broken("no-images", (path) =>
    rm(join(path, "covid-chestxray-dataset/images"), { recursive: true }),
  );
  await expect(load(folder)).rejects.toMatchObject({
    message: expect.stringMatching(/split \w+: expected .*got none/),
  });
});

test("inputs may move between a run and its resumption; their content may not change", async () => {
  await load("study");
  const { run } = await open("study");
  const reopened = async (study: string) => {
    latest?.lock.release();
    latest = await Run.open({
      ...{ program: "audit", kind: "audit", settings: run.settings, network: run.network, resume: true },
      ...{ place: { ...run.place, study: join(root, study) }, output: join(root, "run"), now: new Date(0) },
    });
    return latest;
  };
  await openStudy(run);
  await broken("moved", async () => {});
  await expect(openStudy(await reopened("moved"))).resolves.toMatchObject({ folder: join(root, "moved") });
  await broken("edited", async (path) => {
    const file = join(path, STUDY_LAYOUT.metadata);
    await writeFile(file, `${await readFile(file, "utf8")}\n`);
  });
  await expect(openStudy(await reopened("edited"))).rejects.toMatchObject({ parameter: "metadata" });
});

test("masks that do not exist, or not of every image, before anything is compared", async () => {
  const { cohort } = await load("study");
  const audit = async (masks: string) => {
    const { run } = await open("study", { masks: join(root, masks), probes: "pixels" });
    await auditCohort(run, { ...cohort, pictures: () => Promise.reject(new Error("compared")) });
  };
  await expect(audit("nowhere")).rejects.toMatchObject({
    message: /expected a folder of lung masks, found nothing/,
  });
  await mkdir(join(root, "masks"));
  await expect(audit("masks")).rejects.toMatchObject({
    message: /expected masks named NAME\.png.*found none/,
  });
  await writeFile(join(root, "masks", "other.png"), "");
  await expect(audit("masks")).rejects.toMatchObject({
    parameter: "masks",
    message: expect.stringMatching(/got none for/),
  });
});
