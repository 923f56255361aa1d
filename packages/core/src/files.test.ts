import { mkdtemp, readdir, readFile, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, test } from "@jest/globals";
import fc from "fast-check";
import { FileError } from "./errors.js";
import { type ContentCache, cacheKey, openContentCache, writeFileAtomic } from "./files.js";

test("writes bytes and text, makes folders and leaves no temporary file", async () => {
  const folder = await mkdtemp(join(tmpdir(), "covidxr-"));
  await writeFileAtomic(join(folder, "a", "bytes"), Uint8Array.of(1, 2, 3).subarray(1));
  await writeFileAtomic(join(folder, "a", "text"), "grüß");
  expect([...(await readFile(join(folder, "a", "bytes")))]).toEqual([2, 3]);
  expect(await readFile(join(folder, "a", "text"), "utf8")).toBe("grüß");
  expect((await readdir(join(folder, "a"))).sort()).toEqual(["bytes", "text"]);
});

test("what is no path, no key or no bytes is refused", async () => {
  const wrong = (value: unknown) => value as never;
  await expect(writeFileAtomic(wrong(undefined), "")).rejects.toMatchObject({ parameter: "path" });
  await expect(writeFileAtomic("a", wrong({}))).rejects.toMatchObject({ parameter: "content" });
  expect(() => openContentCache(wrong(null))).toThrow(expect.objectContaining({ parameter: "folder" }));
  await expect(cache.get("../secret")).rejects.toMatchObject({ parameter: "key" });
  await expect(cache.put(key, wrong([1]))).rejects.toMatchObject({ parameter: "content" });
});

test("a folder that is a file is an unwritable path", async () => {
  const folder = await mkdtemp(join(tmpdir(), "covidxr-"));
  await writeFile(join(folder, "file"), "");
  const failure = writeFileAtomic(join(folder, "file", "x"), "");
  await expect(failure).rejects.toBeInstanceOf(FileError);
  await expect(failure).rejects.toMatchObject({ reason: "unwritable" });
});

let cache: ContentCache;
const key = cacheKey("weights", { height: 320 });

beforeEach(async () => {
  cache = openContentCache(join(await mkdtemp(join(tmpdir(), "covidxr-")), "cache"));
});

const entryPath = () => join(cache.folder, key.slice(0, 2), `${key}.bin`);

test("finds what was stored, byte for byte", async () => {
  expect(await cache.get(key)).toEqual({ state: "absent" });
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (content) => {
      await cache.put(key, content);
      const found = await cache.get(key);
      expect(found.state === "found" && [...found.content]).toEqual([...content]);
    }),
    { numRuns: 20 },
  );
  expect(await readdir(join(cache.folder, key.slice(0, 2)))).toEqual([`${key}.bin`]);
});

test("notices an entry cut short at any length, and one altered in any byte", async () => {
  await cache.put(key, Uint8Array.of(1, 2, 3, 4));
  const whole = await readFile(entryPath());
  for (let i = 0; i < whole.length; i++) {
    const altered = Buffer.from(whole);
    altered[i]! ^= 1;
    await writeFile(entryPath(), altered);
    expect(await cache.get(key)).toEqual({ state: "damaged" });
    await writeFile(entryPath(), whole);
    await truncate(entryPath(), i);
    expect(await cache.get(key)).toEqual({ state: "damaged" });
  }
});

test("a folder in the place of an entry is an error that names it", async () => {
  await cache.put(`${key}`, Uint8Array.of(1));
  const inTheWay = openContentCache(join(entryPath(), "deeper"));
  await expect(inTheWay.get(key)).rejects.toMatchObject({ kind: "file", reason: "unreadable" });
});

test("keys tell parts apart", () => {
  expect(cacheKey("ab", "c")).not.toBe(cacheKey("a", "bc"));
  expect(cacheKey(Uint8Array.of(1))).not.toBe(cacheKey(Uint8Array.of(2)));
  expect(cacheKey({ a: 1 })).toMatch(/^[0-9a-f]{64}$/);
});
