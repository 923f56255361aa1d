import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FileError } from "@covidxr/core";
import { temporaryPath } from "@covidxr/core/files-internal";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { readRequest } from "../settings/read-settings.js";
import { type OpenRunOptions, RUN_LOCK, Run } from "./run.js";

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "covidxr-"));
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function options(changes: object = {}): Promise<OpenRunOptions<object>> {
  const now = new Date(0);
  const request = await readRequest("audit", { output: join(root, "run"), cache: join(root, "cache") }, now);
  return { ...request, kind: "audit", now, ...changes };
}
const record = async () => JSON.parse(await readFile(join(root, "run", "run.json"), "utf8"));

test("a second run in a folder is refused while the first is at work, and leaves it alone", async () => {
  const first = await options({ program: "first" });
  await Run.perform(first, async () => {
    const before = await readFile(join(root, "run", "run.json"), "utf8");
    const second = Run.perform(await options({ program: "second" }), async () => {});
    await expect(second).rejects.toBeInstanceOf(FileError);
    await expect(second).rejects.toMatchObject({
      ...{ reason: "in-use", path: join(root, "run") },
      message: expect.stringMatching(
        new RegExp(`in use by covidxr first \\(process ${process.pid} on .*remove .*lock`),
      ),
    });
    expect(await readFile(join(root, "run", "run.json"), "utf8")).toBe(before);
  });
  await Run.perform(await options({ program: "second" }), async () => {});
  expect(await record()).toMatchObject({ program: "second" });
  expect(await readdir(join(root, "run"))).toEqual(["run.json"]);
});

test("a run that fails is noted, and its folder free", async () => {
  const failure = Run.perform(await options(), async (run) => {
    expect(await readdir(run.folder.folder)).toContain(RUN_LOCK);
    throw new Error("no such thing");
  });
  await expect(failure).rejects.toThrow("no such thing");
  expect(await record()).toMatchObject({ status: "failed", error: "no such thing" });
  expect(await readdir(join(root, "run"))).toEqual(["run.json"]);
});

test("a run that lost its folder stops before it writes there", async () => {
  const failure = Run.perform(await options(), async (run) => {
    await rm(join(root, "run", RUN_LOCK), { recursive: true });
    await run.stage("a", "A", "images", async () => {});
  });
  await expect(failure).rejects.toMatchObject({ reason: "in-use" });
});

test("what a killed process left half written is swept when the run is opened", async () => {
  await Run.perform(await options(), async () => {});
  const { pid } = spawnSync(process.execPath, ["-e", ""]);
  await writeFile(temporaryPath(join(root, "run")).replace(/-\d+-\d+-/, `-${pid}-1-`), "half");
  await Run.perform(await options({ resume: true }), async () => {});
  expect(await readdir(join(root, "run"))).toEqual(["run.json"]);
});

test("a run is resumed with the settings that its record has", async () => {
  await Run.perform(await options(), async () => {});
  const { settings } = await options();
  for (const changed of [{ ...settings, seed: 7 }, { ...settings, derived: 1 }, {}])
    await expect(
      Run.perform(await options({ resume: true, settings: changed }), async () => {}),
    ).rejects.toMatchObject({
      ...{
        reason: "corrupt",
        path: join(root, "run", "run.json"),
        message: expect.stringContaining('"settings.'),
      },
    });
  await Run.perform(await options({ resume: true }), async () => {});
});
