import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { beforeEach, expect, test } from "@jest/globals";
import { openContentCache, writeFileAtomic } from "../files.js";
import { OWN_TAG } from "./process-tag.js";
import { isTemporaryName, sweepTemporaryFiles, temporaryPath } from "./temporary-files.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "covidxr-"));
});

const ofTag = (tag: string): string => basename(temporaryPath("")).replace(OWN_TAG, tag);
const ofEnded = (): string =>
  ofTag(OWN_TAG.replace(/-\d+-/, `-${spawnSync(process.execPath, ["-e", ""]).pid}-`));
const LIVE = ofTag(OWN_TAG);

test("names say their owner, and are recognised", () => {
  expect(temporaryPath("a")).not.toBe(temporaryPath("a"));
  expect([LIVE, ofTag("00000000-1-0"), "model.json", ".covidxr-tmp-x"].map(isTemporaryName)).toEqual([
    true,
    true,
    false,
    false,
  ]);
});

test("files of ended processes go, those of running ones and all others stay", async () => {
  const [elsewhere, old] = [ofTag("00000000-1-0"), ofTag("00000000-2-0")];
  await mkdir(join(folder, "below"));
  await mkdir(join(folder, ofEnded()));
  for (const name of [ofEnded(), LIVE, elsewhere, old, "model.json", `below/${ofEnded()}`])
    await writeFile(join(folder, name), "half");
  await utimes(join(folder, old), 1e9, 1e9);
  await sweepTemporaryFiles(folder);
  expect((await readdir(folder)).sort()).toEqual([LIVE, elsewhere, "below", "model.json"].sort());
  const linked = await mkdtemp(join(tmpdir(), "covidxr-"));
  await writeFile(join(linked, ofEnded()), "half");
  await symlink(linked, join(folder, "link"));
  await sweepTemporaryFiles(folder, { recursive: true });
  expect(await readdir(join(folder, "below"))).toEqual([]);
  expect(await readdir(linked)).toHaveLength(1);
  await sweepTemporaryFiles(join(folder, "no such folder"));
});

test("the first write into a folder sweeps it, and the first use of a cache", async () => {
  await writeFile(join(folder, ofEnded()), "half");
  await writeFileAtomic(join(folder, "a"), "whole");
  expect(await readdir(folder)).toEqual(["a"]);
  const cache = join(folder, "cache");
  await mkdir(cache);
  await writeFile(join(cache, ofEnded()), "half");
  expect(await openContentCache(cache).get("0123")).toEqual({ state: "absent" });
  expect(await readdir(cache)).toEqual([]);
});
