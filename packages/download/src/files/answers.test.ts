import { setTimeout } from "node:timers/promises";
import { DownloadError } from "@covidxr/core";
import type { Fault } from "@covidxr/testing/server";
import { expect, test } from "@jest/globals";
import { gate, reportEveryChange, setScene, until } from "../testing/scene.js";

// What servers answer instead of a file: absent, refused, later, elsewhere.

const SIZE = 100_000;
const status = (code: number, headers: Record<string, string> = {}): Fault => ({
  kind: "status",
  status: code,
  headers,
});

/** Turns of the event loop, in each of which this process reads what its sockets received. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 30; turn++) await setTimeout(1);
}

test.each([
  [404, "not-found"],
  [410, "not-found"],
  [401, "refused"],
  [403, "refused"],
  [451, "not-found"],
  [501, "refused"],
])("%p is final at once: %s", async (code, reason) => {
  const scene = await setScene({ "a.bin": SIZE }, () => status(code));
  const error = await scene.failure();
  expect([error.reason, error.status, error.url]).toEqual([reason, code, `${scene.server.url}/a.bin`]);
  expect([scene.server.requests.length, scene.waited.length]).toEqual([1, 0]);
});

test.each([408, 425, 429, 500, 502, 503, 504, 520])("%p is asked again, five times at most", async (code) => {
  const scene = await setScene({ "a.bin": SIZE }, (_, attempt) => (attempt <= 4 ? status(code) : undefined));
  expect(await scene.download()).toMatchObject({ fetched: 1 });
  expect(scene.waited).toHaveLength(4);
  for (const [i, seconds] of scene.waited.entries()) {
    expect(seconds).toBeGreaterThanOrEqual(0.5 * 2 ** i);
    expect(seconds).toBeLessThanOrEqual(2 ** i);
  }
  expect(scene.told.every(({ seconds, cause }) => seconds > 1 && cause.startsWith(`${code}`))).toBe(true);
  expect(scene.told.length).toBeGreaterThanOrEqual(2);

  const always = await setScene({ "a.bin": SIZE }, () => status(code));
  const error = await always.failure();
  expect([error.reason, error.status, always.server.requests.length]).toEqual(["overloaded", code, 5]);
});

test("waits depend on the seed alone", async () => {
  const waits = async (seed: number) => {
    const scene = await setScene({ "a.bin": SIZE }, () => status(503));
    await scene.failure({ seed });
    return scene.waited;
  };
  const first = await waits(1);
  expect(await waits(1)).toEqual(first);
  expect(await waits(2)).not.toEqual(first);
});

test.each([
  ["seconds", { "retry-after": "42" }],
  ["a date", { "retry-after": "Wed, 21 Oct 2015 07:28:42 GMT", date: "Wed, 21 Oct 2015 07:28:00 GMT" }],
])("Retry-After in %s is respected", async (_, headers) => {
  const scene = await setScene({ "a.bin": SIZE }, (__, attempt) =>
    attempt === 1 ? status(429, headers) : undefined,
  );
  await scene.download();
  expect(scene.waited).toEqual([42]);
  expect(scene.told).toEqual([
    { url: `${scene.server.url}/a.bin`, seconds: 42, cause: "429 Too Many Requests" },
  ]);
});

test("Retry-After beyond the patience is an error that says how long; the next address is asked first", async () => {
  const scene = await setScene({ "a.bin": SIZE }, () => status(503, { "retry-after": "3600" }));
  const error = await scene.failure();
  expect([error.reason, error.status]).toEqual(["overloaded", 503]);
  expect(error.message).toContain("the server asks to come back in 1 h 00 min");
  expect([scene.waited, scene.server.requests.length]).toEqual([[], 1]);
  expect(await scene.failure({ patienceSeconds: 3600, attempts: 2 })).toMatchObject({ reason: "overloaded" });
  expect(scene.waited).toEqual([3600]);

  const second = await setScene({ "a.bin": scene.contents.get("a.bin")! });
  scene.files[0] = { ...scene.files[0]!, urls: [...scene.files[0]!.urls, ...second.files[0]!.urls] };
  expect(await scene.download()).toMatchObject({ fetched: 1 });
});

test("Retry-After holds for all files of that server, and for no other", async () => {
  const files = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`${i}.bin`, 1000]));
  let isPaused = false;
  let asked = 0;
  let late = 0;
  const scene = await setScene(files, () => {
    if (isPaused) late++;
    return ++asked === 1 ? status(429, { "retry-after": "60" }) : undefined;
  });
  const other = await setScene({ "other.bin": 1000, "another.bin": 1000 });
  for (const [path, content] of other.contents) scene.contents.set(path, content);
  // Four requests come first: 0, other, 1 and 2. Whichever is done first continues with another, the rest with 3 to 5.
  scene.files.splice(1, 0, other.files[0]!);
  scene.files.splice(4, 0, other.files[1]!);
  const releases = [scene.hold(), other.hold()];
  let filesDone = 0;
  const result = await scene.download({
    concurrency: 4,
    onProgress: (progress) => {
      filesDone = progress.filesDone;
    },
    wait: async (milliseconds) => {
      scene.waited.push(milliseconds);
      await until(() => scene.server.requests.length === 3 && other.server.requests.length === 1);
      isPaused = true;
      for (const release of releases) release();
      // Two of the other server, and those of this one that were under way.
      await until(() => filesDone === 4);
      await turns();
      isPaused = false;
    },
  });
  expect(result).toMatchObject({ fetched: 42 });
  expect([scene.waited, late]).toEqual([[60_000], 0]);
});

test("a wait that one file started is not restarted by the others, and nobody asks meanwhile", async () => {
  const files = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`${i}.bin`, 1000]));
  let isPaused = false;
  let asked = 0;
  let late = 0;
  const scene = await setScene(files, () => {
    asked++;
    if (isPaused) late++;
    return asked <= 4 ? status(429, { "retry-after": "9" }) : undefined;
  });
  const result = await scene.download({
    concurrency: 4,
    wait: async (milliseconds) => {
      scene.waited.push(milliseconds);
      await until(() => asked === 4);
      isPaused = true;
      // The other answers arrive meanwhile.
      await turns();
      isPaused = false;
    },
  });
  expect(result).toMatchObject({ fetched: 20 });
  expect(scene.waited).toEqual([9000]);
  expect([asked, late]).toEqual([24, 0]);
});

test("a server that is busy, and serves a file between two refusals, is not given up", async () => {
  const files = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`${i}.bin`, 1000]));
  reportEveryChange();
  let asked = 0;
  let filesDone = 0;
  const scene = await setScene(files, () =>
    ++asked % 4 === 0 ? undefined : status(429, { "retry-after": "1" }),
  );
  const result = await scene.download({
    onProgress: (progress) => {
      filesDone = progress.filesDone;
    },
    // Until what was served has been counted.
    wait: () => until(() => filesDone === Math.floor(asked / 4)),
  });
  expect(result).toMatchObject({ fetched: 12 });
});

test("redirects are followed, with the range", async () => {
  const scene = await setScene({ "a.bin": SIZE });
  const front = await setScene({}, ({ path }) =>
    path === "/a.bin"
      ? { kind: "redirect", to: "/b", status: 301 }
      : { kind: "redirect", to: `${scene.server.url}/a.bin`, status: 307 },
  );
  scene.files[0] = { ...scene.files[0]!, urls: [`${front.server.url}/a.bin`] };
  scene.put("a.bin.covidxr-part", scene.contents.get("a.bin")!.subarray(0, 60_000));
  expect(await scene.download()).toMatchObject({ fetched: 1, transferredBytes: 40_000 });
  expect(front.server.requests.map(({ path }) => path)).toEqual(["/a.bin", "/b"]);
});

test.each<[string, (path: string, base: string) => string, number, RegExp]>([
  ["to itself", (path) => path, 1, /redirected in a loop/],
  ["in a circle", (path) => (path === "/a.bin" ? "/b" : "/a.bin"), 2, /redirected in a loop/],
  ["again and again", (path) => `${path}x`, 11, /redirected more than 10 times/],
  ["to another protocol", () => "ftp://127.0.0.1/a", 1, /redirected to ftp: where http or https/],
  ["to no address", () => "http://", 1, /redirected \(302\) without an address/],
])("a redirect %s is final", async (_, next, requests, words) => {
  const scene = await setScene({ "a.bin": SIZE }, ({ path }) => ({
    kind: "redirect",
    to: next(path, scene.server.url),
  }));
  const error = await scene.failure();
  expect(error.reason).toBe("redirects");
  expect(error.message).toMatch(words);
  expect(scene.server.requests).toHaveLength(requests);
});

test("ten redirects are followed", async () => {
  const scene = await setScene({ "a.bin": SIZE });
  const front = await setScene({}, ({ path }) => ({
    kind: "redirect",
    to: path.length < 10 ? `${path}x` : `${scene.server.url}/a.bin`,
  }));
  scene.files[0] = { ...scene.files[0]!, urls: [`${front.server.url}/`] };
  expect(await scene.download()).toMatchObject({ fetched: 1 });
  expect(front.server.requests).toHaveLength(10);
});

test("the first final failure stops the others at once, and their parts stay", async () => {
  const { opened, open } = gate();
  const scene = await setScene({ "bad.bin": SIZE, "slow.bin": SIZE, "later.bin": SIZE }, async ({ path }) => {
    if (path === "/slow.bin") return { kind: "stall", after: 5000 };
    await opened;
    return status(403);
  });
  const failure = scene.failure({ concurrency: 2 });
  await until(() => scene.partOf("slow.bin") === 5000);
  open();
  const error = await failure;
  expect(error).toMatchObject({ reason: "refused", url: `${scene.server.url}/bad.bin` });
  expect(scene.partOf("slow.bin")).toBe(5000);
  expect(scene.server.requests.map(({ path }) => path)).not.toContain("/later.bin");
});

test("a file that no address has: the others are downloaded first, then an error, or a note", async () => {
  const scene = await setScene({ "gone.bin": SIZE, "a.bin": SIZE, "gone too.bin": SIZE }, ({ path }) =>
    path.startsWith("/gone") ? status(404) : undefined,
  );
  const error = await scene.failure();
  expect([error.reason, error.url]).toEqual(["not-found", `${scene.server.url}/gone.bin`]);
  expect(scene.get("a.bin")).toHaveLength(SIZE);
  expect(await scene.download({ absent: "skip" })).toEqual({
    present: 1,
    fetched: 0,
    transferredBytes: 0,
    replaced: [],
    notFound: [
      { path: "gone.bin", url: `${scene.server.url}/gone.bin` },
      { path: "gone too.bin", url: `${scene.server.url}/gone%20too.bin` },
    ],
  });
});

test("of several addresses, one without the file does not hide another's error", async () => {
  const scene = await setScene({ "a.bin": SIZE }, () => status(404));
  const other = await setScene({ "a.bin": SIZE }, () => status(403));
  const [here] = scene.files[0]!.urls;
  const [there] = other.files[0]!.urls;
  for (const urls of [
    [here!, there!],
    [there!, here!],
  ]) {
    scene.files[0] = { ...scene.files[0]!, urls };
    const error = await scene.failure({ absent: "skip" });
    expect(error).toMatchObject({ reason: "refused", status: 403, url: there });
    expect(error.message).toBe(
      `${there}: the server refuses it (403 Forbidden); ${here}: there is no such file (404 Not Found)`,
    );
  }
  expect(scene.server.requests.length + other.server.requests.length).toBe(4);
  expect(await scene.failure()).toBeInstanceOf(DownloadError);
});

test("an informational answer before the right one is skipped", async () => {
  const scene = await setScene({ "a.bin": SIZE }, () => ({ kind: "early-hints" }));
  expect(await scene.download()).toMatchObject({ fetched: 1, transferredBytes: SIZE });
  expect(scene.server.requests).toHaveLength(1);
});

test("no control character of a server reaches an error", async () => {
  const text = "HTTP/1.1 404 \u001b[2J\u0007gone\r\ncontent-length: 0\r\n\r\n";
  const scene = await setScene({ "a.bin": SIZE }, () => ({ kind: "raw", text }));
  const error = await scene.failure();
  expect(error.message).not.toMatch(/\p{Cc}/u);
});

test("an error after a redirect names who was asked", async () => {
  const closed = await setScene({});
  await closed.server.close();
  const scene = await setScene({ "a.bin": SIZE }, () => ({
    kind: "redirect",
    to: `${closed.server.url}/elsewhere`,
  }));
  const error = await scene.failure();
  expect([error.reason, error.url]).toEqual(["unreachable", `${scene.server.url}/a.bin`]);
  expect(error.message).toContain(`(at ${closed.server.url}, where it redirects to)`);
});

test("of several addresses that fail, the error is the preferred one's, and mentions the others", async () => {
  const scene = await setScene({ "a.bin": SIZE }, () => ({ kind: "short-body", bytes: 7 }));
  const second = await setScene({ "a.bin": SIZE }, () => status(503));
  const third = await setScene({ "a.bin": SIZE }, () => status(410));
  const urls = [scene, second, third].map(({ server }) => `${server.url}/a.bin`);
  scene.files[0] = { ...scene.files[0]!, urls };
  const error = await scene.failure();
  expect(error).toMatchObject({ reason: "wrong-content", url: urls[0] });
  expect(error.message).toBe(
    `${urls[0]}: expected ${SIZE} bytes, got 7; the address has another file than was published; ` +
      `${urls[1]}: 503 Service Unavailable, 5 times in a row; ${urls[2]}: there is no such file (410 Gone)`,
  );
});

test("a file that none of several addresses has: the error mentions all, the note the first", async () => {
  const scene = await setScene({ "a.bin": SIZE }, () => status(404));
  const second = await setScene({ "a.bin": SIZE }, () => status(451));
  const urls = [scene, second].map(({ server }) => `${server.url}/a.bin`);
  scene.files[0] = { ...scene.files[0]!, urls };
  const error = await scene.failure();
  expect(error).toMatchObject({ reason: "not-found", status: 404, url: urls[0] });
  expect(error.message).toBe(
    `${urls[0]}: there is no such file (404 Not Found); ` +
      `${urls[1]}: the file is withheld (451 Unavailable For Legal Reasons)`,
  );
  const { notFound } = await scene.download({ absent: "skip" });
  expect(notFound).toEqual([{ path: "a.bin", url: urls[0] }]);
});

test("no query appears in errors, waits and notes, although it is requested", async () => {
  const secret = "?X-Signature=secret";
  const scene = await setScene({ "a.bin": SIZE }, (_, attempt) =>
    attempt === 1 ? status(503, { "retry-after": "9" }) : status(404),
  );
  const [url] = scene.files[0]!.urls;
  scene.files[0] = { ...scene.files[0]!, urls: [`${url}${secret}`, `${url}${secret}2`] };
  const told: unknown[] = [await scene.download({ absent: "skip" }), scene.told];
  for (const options of [{}, { offline: true }]) {
    const error = await scene.failure(options);
    told.push({ ...error, message: error.message, stack: error.stack, cause: String(error.cause) });
  }
  told.push(await scene.download({ offline: true, absent: "skip" }));
  expect(scene.told.length).toBeGreaterThan(0);
  expect(scene.server.requests.some(({ path }) => path === `/a.bin${secret}`)).toBe(true);
  expect(JSON.stringify(told)).toContain(url);
  expect(JSON.stringify(told)).not.toContain("secret");
});
