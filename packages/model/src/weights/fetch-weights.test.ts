import { mkdir, readFile, stat, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { DownloadError, FileError, InterruptedError, InvalidArgumentError } from "@covidxr/core";
import { type Fault, type FileServer, startFileServer } from "@covidxr/testing/server";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import {
  absentFolder,
  digestOf,
  namesIn,
  randomBytes,
  sourceOf,
  startFetching,
} from "../testing/fetching.js";
import { type FetchWeightsOptions, fetchWeights } from "./fetch-weights.js";
import { IMAGENET_WEIGHTS, resolveWeights, type WeightsSource } from "./weights-file.js";

const CONTENT = randomBytes(300_000);
const FILE = "weights.h5";

type FaultOf = (path: string, range: string | undefined, attempt: number) => Fault | undefined;

let server: FileServer;
let cacheFolder: string;
/** How the server misbehaves in the running test. */
let fault: FaultOf;
/** What the server waits for before it answers. */
let opened: Promise<unknown>;
let source: WeightsSource;
/** Independent of the environment, and without waits. */
let options: FetchWeightsOptions;

beforeEach(async () => {
  fault = () => undefined;
  opened = Promise.resolve();
  server = await startFileServer({
    file: async (path) => {
      await opened;
      return path.endsWith(`/${FILE}`) ? CONTENT : undefined;
    },
    fault: ({ path, range }, attempt) => fault(path, range, attempt),
  });
  cacheFolder = await absentFolder();
  source = sourceOf(CONTENT, server.url);
  options = { cacheFolder, env: {}, seed: 1, wait: async () => {} };
});

afterEach(async () => {
  await server.close();
});

const paths = () => server.requests.map((request) => request.path);

async function failure(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => {
      throw new Error("expected a failure");
    },
    (error: unknown) => error,
  );
}

/** The cache folder holds the whole file and nothing else. */
async function expectWhole(): Promise<void> {
  expect(await namesIn(cacheFolder)).toEqual([FILE]);
  expect((await readFile(join(cacheFolder, FILE))).equals(CONTENT)).toBe(true);
}

describe("fetchWeights", () => {
  test("creates the folder, and requests nothing the second time", async () => {
    const plans: number[] = [];
    const first = await fetchWeights(source, {
      ...options,
      onPlan: ({ missingBytes }) => {
        plans.push(missingBytes, server.requests.length);
      },
    });
    expect(first).toEqual({
      path: join(cacheFolder, FILE),
      sha256: digestOf("sha256", CONTENT),
      transferredBytes: CONTENT.length,
      fetched: true,
    });
    expect(plans).toEqual([CONTENT.length, 0]);
    await expectWhole();
    expect(paths()).toEqual([`/first/${FILE}`]);
    const before = server.connections;
    expect(await fetchWeights(source, options)).toEqual({ ...first, transferredBytes: 0, fetched: false });
    expect(server.connections).toBe(before);
  });

  test("goes to the folder of COVIDXR_CACHE", async () => {
    const { cacheFolder: folder, ...rest } = options;
    const { path } = await fetchWeights(source, { ...rest, env: { COVIDXR_CACHE: folder } });
    expect(path).toBe(join(cacheFolder, FILE));
    await expectWhole();
  });

  test("checks a SHA-256 that the publisher states, and returns it", async () => {
    const digests = { sha256: digestOf("sha256", CONTENT) };
    expect(await fetchWeights({ ...source, digests }, options)).toMatchObject(digests);
    const other = { ...source, digests: { sha256: digestOf("sha256", Buffer.from("other")) } };
    expect(await failure(fetchWeights(other, options))).toMatchObject({ reason: "different" });
  });

  test.each<{ title: string; first: Fault }>([
    { title: "has none", first: { kind: "status", status: 404 } },
    { title: "refuses it", first: { kind: "status", status: 403 } },
    { title: "has other content", first: { kind: "wrong-bytes" } },
    { title: "has too little", first: { kind: "short-body", bytes: 1000 } },
    { title: "stays down", first: { kind: "status", status: 503 } },
  ])("uses the second source where the first $title", async ({ first }) => {
    fault = (path) => (path.startsWith("/first/") ? first : undefined);
    expect(await fetchWeights(source, options)).toMatchObject({
      sha256: digestOf("sha256", CONTENT),
      fetched: true,
    });
    expect(paths().at(-1)).toBe(`/second/${FILE}`);
    await expectWhole();
  });

  test.each<{ title: string; every: Fault; reason: string }>([
    { title: "other content", every: { kind: "wrong-bytes" }, reason: "wrong-content" },
    { title: "no such file", every: { kind: "status", status: 404 }, reason: "not-found" },
  ])("both sources with $title are an error, and no file", async ({ every, reason }) => {
    fault = () => every;
    const error = await failure(fetchWeights(source, options));
    expect(error).toBeInstanceOf(DownloadError);
    expect(error).toMatchObject({ reason, url: expect.stringContaining(server.url) });
    expect(new Set(paths())).toEqual(new Set([`/first/${FILE}`, `/second/${FILE}`]));
    expect(await namesIn(cacheFolder)).not.toContain(FILE);
  });

  test.each<{ reason: string; every?: Fault; change?: FetchWeightsOptions; status?: number }>([
    { reason: "wrong-content", every: { kind: "wrong-bytes" } },
    { reason: "not-found", every: { kind: "status", status: 404 }, status: 404 },
    { reason: "refused", every: { kind: "status", status: 403 }, status: 403 },
    { reason: "overloaded", every: { kind: "status", status: 503 }, status: 503 },
    { reason: "unreachable", change: { mirror: "http://127.0.0.1:1" } },
    { reason: "offline", change: { offline: true } },
  ])("says how else to get the file: $reason", async ({ reason, every, change, status }) => {
    fault = () => every;
    const error = await failure(fetchWeights(source, { ...options, attempts: 1, ...change }));
    expect(error).toBeInstanceOf(DownloadError);
    expect(error).toMatchObject(status === undefined ? { reason } : { reason, status });
    const { message, url } = error as DownloadError;
    const path = join(cacheFolder, FILE);
    const remedy =
      `put ${FILE} (${CONTENT.length} bytes, MD5 ${source.digests.md5}) at ${path} by hand, ` +
      'name another with weights: "FILE", or set a mirror (COVIDXR_MIRROR)';
    expect(message.slice(-remedy.length)).toBe(remedy);
    expect(message.split(`${url}: `)).toHaveLength(2);
    expect(message).not.toContain("\n");
  });

  test.each([
    { title: "the option", by: (url: string) => ({ mirror: `${url}/hospital` }) },
    { title: "COVIDXR_MIRROR", by: (url: string) => ({ env: { COVIDXR_MIRROR: `${url}/hospital` } }) },
  ])("asks only the mirror of $title", async ({ by }) => {
    const urls = [`https://weights.invalid/a/${FILE}`, `https://release.invalid/b/${FILE}`];
    fault = (path) => (path.includes("/a/") ? { kind: "status", status: 404 } : undefined);
    await fetchWeights({ ...source, urls }, { ...options, ...by(server.url) });
    expect(paths()).toEqual([`/hospital/a/${FILE}`, `/hospital/b/${FILE}`]);
    await expectWhole();
  });

  test("needs the file offline, and opens no socket either way", async () => {
    const error = await failure(fetchWeights(source, { ...options, offline: true }));
    expect(error).toBeInstanceOf(DownloadError);
    expect(error).toMatchObject({
      reason: "offline",
      message: expect.stringContaining(join(cacheFolder, FILE)),
    });
    expect(await namesIn(cacheFolder)).toEqual([]);
    await mkdir(cacheFolder, { recursive: true });
    await writeFile(join(cacheFolder, FILE), CONTENT);
    expect(await fetchWeights(source, { ...options, offline: true })).toMatchObject({ fetched: false });
    expect(server.connections).toBe(0);
  });

  test("resumes an interrupted download", async () => {
    const stop = new AbortController();
    fault = (_path, _range, attempt) => (attempt === 1 ? { kind: "stall", after: 200_000 } : undefined);
    const error = await failure(
      fetchWeights(source, {
        ...options,
        signal: stop.signal,
        onProgress: ({ done }) => {
          if (done === 200_000) stop.abort();
        },
      }),
    );
    expect(error).toBeInstanceOf(InterruptedError);
    expect(await namesIn(cacheFolder)).toEqual([`${FILE}.covidxr-part`]);
    expect(await fetchWeights(source, options)).toMatchObject({ transferredBytes: 100_000 });
    expect(server.requests.at(-1)).toMatchObject({ range: "bytes=200000-", status: 206 });
    await expectWhole();
  });

  test("resumes after a process was killed", async () => {
    fault = (_path, _range, attempt) => (attempt === 1 ? { kind: "stall", after: 200_000 } : undefined);
    const other = startFetching(source, cacheFolder);
    const part = join(cacheFolder, `${FILE}.covidxr-part`);
    while ((await stat(part).catch(() => ({ size: 0 }))).size < 200_000) await moment();
    other.kill();
    expect(await other.result).toBeUndefined();
    expect(await namesIn(cacheFolder)).not.toContain(FILE);
    // Its lock counts as abandoned once it is old; the test does not wait for that.
    for (const name of await namesIn(cacheFolder)) {
      if (name.endsWith(".lock")) await utimes(join(cacheFolder, name), 0, 0);
    }
    expect(await fetchWeights(source, options)).toMatchObject({ transferredBytes: 100_000, fetched: true });
    expect(server.requests.at(-1)).toMatchObject({ range: "bytes=200000-", status: 206 });
    await expectWhole();
  });

  test("two processes at once download the file once", async () => {
    let open = () => {};
    opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    const processes = [startFetching(source, cacheFolder), startFetching(source, cacheFolder)];
    // The server answers once the second process waits for the first.
    void Promise.race(processes.map((process) => process.waiting)).then(open);
    const results = await Promise.all(processes.map((process) => process.result));
    const result = { path: join(cacheFolder, FILE), sha256: digestOf("sha256", CONTENT) };
    expect(results.sort((a, b) => b!.transferredBytes - a!.transferredBytes)).toEqual([
      { ...result, transferredBytes: CONTENT.length, fetched: true },
      { ...result, transferredBytes: 0, fetched: false },
    ]);
    expect(server.sentBytes).toBe(CONTENT.length);
    await expectWhole();
  });

  test("leaves another file of that name alone, and says what to do", async () => {
    const path = join(cacheFolder, FILE);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, "another");
    const error = await failure(fetchWeights(source, options));
    expect(error).toBeInstanceOf(FileError);
    expect(error).toMatchObject({ reason: "different", path });
    const { message } = error as FileError;
    for (const part of [
      `${CONTENT.length} bytes`,
      source.digests.md5!,
      'weights: "FILE"',
      "move it away",
      'existing: "replace"',
    ]) {
      expect(message).toContain(part);
    }
    expect(message).not.toContain("\n");
    expect(server.connections).toBe(0);
    expect(await readFile(path, "utf8")).toBe("another");

    expect(await fetchWeights(source, { ...options, existing: "replace" })).toMatchObject({ fetched: true });
    await expectWhole();
  });

  test.each([
    ["a path", "vgg19.h5", "vgg19.h5"],
    ["nothing", undefined, undefined],
    ["a file in another folder", { file: "../x.h5" }, "../x.h5"],
    ["a file in a deeper folder", { file: "a/x.h5" }, "a/x.h5"],
    ["Windows' folders", { file: "..\\x.h5" }, "..\\x.h5"],
    ["a drive", { file: "C:x.h5" }, "C:x.h5"],
    ["the folder above", { file: ".." }, ".."],
    ["a file without a name", { file: "" }, ""],
  ])("refuses %s", async (_title, given, value) => {
    const wrong = typeof given === "object" ? { ...source, ...given } : given;
    const error = await failure(fetchWeights(wrong as WeightsSource, options));
    expect(error).toBeInstanceOf(InvalidArgumentError);
    expect(error).toMatchObject({ parameter: "source", value });
    expect(server.connections).toBe(0);
  });
});

describe('fetchWeights("imagenet")', () => {
  test("asks for Keras' file at both of its addresses, and says what to put where", async () => {
    const error = await failure(fetchWeights("imagenet", { ...options, mirror: server.url }));
    expect(error).toBeInstanceOf(DownloadError);
    expect(error).toMatchObject({
      reason: "not-found",
      message: expect.stringContaining(`(80 MB, MD5 ${IMAGENET_WEIGHTS.digests.md5})`),
    });
    expect(paths()).toEqual(IMAGENET_WEIGHTS.urls.map((url) => new URL(url).pathname));
  });

  test("looks where resolveWeights finds it", async () => {
    const path = join(cacheFolder, IMAGENET_WEIGHTS.file);
    await mkdir(cacheFolder, { recursive: true });
    await writeFile(path, "packed anew");
    expect(await resolveWeights("imagenet", { cacheFolder })).toBe(path);
    expect(await failure(fetchWeights("imagenet", options))).toMatchObject({ reason: "different", path });
  });
});

function moment(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 10);
  });
}
