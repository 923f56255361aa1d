import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { isSealed, sealPlace } from "./place-seal.js";

const before = process.env.COVIDXR_CACHE;
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "covidxr-"));
  process.env.COVIDXR_CACHE = join(folder, "platform");
});
afterEach(async () => {
  if (before === undefined) delete process.env.COVIDXR_CACHE;
  else process.env.COVIDXR_CACHE = before;
  await rm(folder, { recursive: true });
});

const PLACE = { study: "/data", cache: "/cache", download: true };

test("a place is sealed by the user who recorded it, in any order of its names", async () => {
  const sealed = await sealPlace({ ...PLACE, manifest: undefined });
  expect(sealed).toMatchObject({ ...PLACE, seal: expect.stringMatching(/^[0-9a-f]{64}$/) });
  expect(await isSealed(Object.fromEntries(Object.entries(sealed).reverse()))).toBe(true);
  for (const altered of [
    { cache: "/home" },
    { masks: "/masks" },
    { seal: "0" },
    { seal: 5 },
    { seal: undefined },
  ])
    expect(await isSealed({ ...sealed, ...altered })).toBe(false);
  const key = join(folder, "platform", "place-key");
  if (process.platform !== "win32") expect((await stat(key)).mode & 0o777).toBe(0o600);
  process.env.COVIDXR_CACHE = join(folder, "of-another-user");
  expect(await isSealed(sealed)).toBe(false);
});

test("where no key can be kept, nothing is sealed", async () => {
  await writeFile(join(folder, "platform"), "a file");
  expect(await sealPlace(PLACE)).toEqual(PLACE);
  expect(await isSealed({ ...PLACE, seal: "" })).toBe(false);
});
