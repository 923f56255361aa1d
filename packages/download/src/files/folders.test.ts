import { createHash } from "node:crypto";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { mkdirSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FileError, InvalidArgumentError } from "@covidxr/core";
import { expect, jest, test } from "@jest/globals";
import type { DownloadOptions, DownloadPlan, DownloadProgress } from "../options.js";
import { reportEveryChange, setScene } from "../testing/scene.js";
import { clock } from "../transport/clock.js";
import { LOCK_NAME } from "./lock-folder.js";
import { ProgressMeter } from "./progress.js";

// What is already there, what is reported, and what is refused.

test("fills a folder; the second call opens no connection", async () => {
  const scene = await setScene({ "a b.bin": 300_000, "x/y/ü.bin": 5, "x/empty": 0 });
  const plans: DownloadPlan[] = [];
  const progress: DownloadProgress[] = [];
  const options: DownloadOptions = {
    onPlan: (plan) => void plans.push(plan),
    onProgress: (state) => progress.push(state),
  };
  expect(await scene.download(options)).toEqual({
    present: 0,
    fetched: 3,
    transferredBytes: 300_005,
    replaced: [],
    notFound: [],
  });
  const { connections } = scene.server;
  expect(scene.server.requests.every(({ headers }) => headers["accept-encoding"] === "identity")).toBe(true);
  expect(progress.at(-1)).toEqual({ done: 300_005, total: 300_005, filesDone: 3, files: 3 });

  expect(await scene.download(options)).toEqual({
    present: 3,
    fetched: 0,
    transferredBytes: 0,
    replaced: [],
    notFound: [],
  });
  expect(scene.server.connections).toBe(connections);
  const shared = { folder: scene.folder, files: 3, bytes: 300_005, replaced: [] };
  expect(plans).toEqual([
    { ...shared, present: 0, missingBytes: 300_005 },
    { ...shared, present: 3, missingBytes: 0 },
  ]);
  expect(progress.at(-1)).toEqual({ done: 300_005, total: 300_005, filesDone: 3, files: 3 });
  expect(readdirSync(scene.folder).sort()).toEqual(["a b.bin", "x"]);
});

test("an invalid proxy or mirror does not matter when all files are there", async () => {
  const scene = await setScene({ "a.bin": 10 });
  await scene.download();
  const env = { ALL_PROXY: "socks5://proxy:1080", COVIDXR_MIRROR: "nonsense" };
  expect(await scene.download({ env })).toMatchObject({ present: 1 });
  expect(await scene.download({ env, offline: true })).toMatchObject({ present: 1 });
});

test("every kind of digest is checked", async () => {
  const scene = await setScene({ "a.bin": 1000 });
  const content = scene.contents.get("a.bin")!;
  const digests = {
    sha256: createHash("sha256").update(content).digest("hex"),
    gitBlobSha1: createHash("sha1").update("blob 1000\0").update(content).digest("hex"),
    md5: createHash("md5").update(content).digest("hex"),
  };
  scene.files[0] = { ...scene.files[0]!, digests };
  await scene.download();
  for (const [name, digest] of Object.entries(digests)) {
    scene.files[0] = { ...scene.files[0]!, digests: { ...digests, [name]: digest.replace(/^./, "g") } };
    await expect(scene.download()).rejects.toMatchObject({ parameter: "files" });
    const wrong = digest.replace(/^./, (digit) => (digit === "0" ? "1" : "0"));
    scene.files[0] = { ...scene.files[0]!, digests: { ...digests, [name]: wrong } };
    await expect(scene.download()).rejects.toMatchObject({ reason: "different" });
  }
});

test("other content under a final name is refused before any request, or replaced", async () => {
  const scene = await setScene({ "a.bin": 1000, "b.bin": 10 });
  const other = Buffer.from("mine");
  scene.put("a.bin", other);
  const error = await scene.download().catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(FileError);
  expect(error).toMatchObject({ reason: "different", path: join(scene.folder, "a.bin") });
  expect((error as FileError).message).toContain("expected 1000 bytes, got 4");
  expect([scene.server.connections, scene.get("a.bin")]).toEqual([0, other]);

  const plans: DownloadPlan[] = [];
  const onPlan = (plan: DownloadPlan) => void plans.push(plan);
  const replaced = ["a.bin"];
  expect(await scene.download({ existing: "replace", onPlan })).toMatchObject({ fetched: 2, replaced });
  expect(plans).toMatchObject([{ replaced }]);
  expect(scene.get("a.bin")).toHaveLength(1000);
});

test("content that is to be replaced stays when the download fails", async () => {
  const scene = await setScene({ "a.bin": 1000 }, () => ({ kind: "wrong-bytes" }));
  scene.put("a.bin", Buffer.from("mine"));
  expect((await scene.failure({ existing: "replace" })).reason).toBe("wrong-content");
  expect(scene.get("a.bin")).toEqual(Buffer.from("mine"));
});

test("offline: an error that names a missing file, no folder, and no connection", async () => {
  const scene = await setScene({ "a.bin": 10, "b.bin": 10 });
  const error = await scene.failure({ offline: true });
  expect([error.reason, error.url]).toEqual(["offline", `${scene.server.url}/a.bin`]);
  expect(error.message).toContain("2 of 2 files are missing or differ, such as a.bin, b.bin, and");
  expect([scene.server.connections, readdirSync(scene.folder)]).toEqual([0, []]);
});

test("offline, with absent files skipped: they are listed, and nothing is created", async () => {
  const scene = await setScene({ "a.bin": 10, "sub/b.bin": 10, "c.bin": 10 });
  scene.put("c.bin", scene.contents.get("c.bin")!);
  scene.put("a.bin", Buffer.from("mine"));
  const plans: DownloadPlan[] = [];
  const options: DownloadOptions = {
    offline: true,
    absent: "skip",
    existing: "replace",
    onPlan: (plan) => void plans.push(plan),
  };
  expect(await scene.download(options)).toEqual({
    present: 1,
    fetched: 0,
    transferredBytes: 0,
    replaced: [],
    notFound: [
      { path: "a.bin", url: `${scene.server.url}/a.bin` },
      { path: "sub/b.bin", url: `${scene.server.url}/sub/b.bin` },
    ],
  });
  expect(plans).toMatchObject([{ files: 3, present: 1, replaced: [] }]);
  expect(readdirSync(scene.folder).sort()).toEqual(["a.bin", "c.bin"]);
  expect([scene.get("a.bin"), scene.server.connections]).toEqual([Buffer.from("mine"), 0]);
  await expect(scene.download({ ...options, existing: "refuse" })).rejects.toMatchObject({
    reason: "different",
  });
});

test("no socket at all is opened offline, nor when all files are there", async () => {
  const scene = await setScene({ "a.bin": 10 });
  let sockets = 0;
  const count = () => {
    sockets++;
  };
  subscribe("net.client.socket", count);
  try {
    await scene.failure({ offline: true });
    expect(sockets).toBe(0);
    await scene.download();
    expect(sockets).toBe(1);
    await scene.download();
    await scene.download({ offline: true });
    expect(sockets).toBe(1);
  } finally {
    unsubscribe("net.client.socket", count);
  }
});

test("nothing is fetched when the plan is refused; the lock is released", async () => {
  const scene = await setScene({ "a.bin": 10 });
  const refuse = async () => {
    throw new Error("not with me");
  };
  await expect(scene.download({ onPlan: refuse })).rejects.toThrow("not with me");
  expect([scene.server.connections, readdirSync(scene.folder)]).toEqual([0, []]);
});

test.each(["onProgress", "onWait"] as const)("what %s throws ends the download", async (name) => {
  const scene = await setScene({ "a.bin": 10 }, (_, attempt) =>
    attempt === 1 ? { kind: "status", status: 503, headers: { "retry-after": "5" } } : undefined,
  );
  const refuse = () => {
    throw new Error("not with me");
  };
  await expect(scene.download({ [name]: refuse })).rejects.toThrow("not with me");
});

test("progress is reported at once, then when its time comes if there are changes, and at the end", () => {
  const alarms: (() => void)[] = [];
  jest.spyOn(clock, "alarm").mockImplementation((_, ring) => {
    alarms.push(ring);
    return { restart: () => {}, stop: () => {} };
  });
  const seen: number[] = [];
  const file = { path: "a", bytes: 100, digests: {}, urls: [] };
  const missing = { file, index: 0, path: "a", part: "a", held: 5, replaces: false };
  const report = ({ done, total, filesDone }: DownloadProgress) => void seen.push(done, total, filesDone);
  const meter = new ProgressMeter([file], [missing], report, () => {});
  for (const bytes of [10, 20, 30]) meter.set(0, bytes);
  expect([seen, alarms.length]).toEqual([[5, 100, 0], 1]);
  alarms[0]!();
  expect([seen.slice(3), alarms.length]).toEqual([[30, 100, 0], 2]);
  // Nothing has changed.
  alarms[1]!();
  expect([seen.length, alarms.length]).toEqual([6, 2]);
  meter.set(0, 100);
  meter.fileDone();
  meter.end();
  expect(seen.slice(6)).toEqual([100, 100, 0, 100, 100, 1]);
});

test("progress falls when a corrupt part is discarded", async () => {
  reportEveryChange();
  const scene = await setScene({ "a.bin": 300_000 });
  scene.put("a.bin.covidxr-part", new Uint8Array(300_000));
  const done: number[] = [];
  await scene.download({ onProgress: (state) => done.push(state.done) });
  expect([done[0], Math.min(...done), done.at(-1)]).toEqual([300_000, 0, 300_000]);
});

test.each([
  ["with its token", "a token"],
  ["without", undefined],
])(
  "the lock of a dead process (%s) is taken over, and removed when all files are there",
  async (_, token) => {
    const scene = await setScene({ "a.bin": 10 });
    const leave = (seconds: number) => {
      const lock = join(scene.folder, LOCK_NAME);
      mkdirSync(lock);
      if (token) writeFileSync(join(lock, token), "");
      utimesSync(token ? join(lock, token) : lock, seconds, seconds);
    };
    leave(1e9);
    expect(await scene.download()).toMatchObject({ fetched: 1 });
    leave(1e9);
    expect(await scene.download()).toMatchObject({ present: 1 });
  },
);

test.each<[string, DownloadOptions, string]>([
  ["no transfers", { concurrency: 0 }, "concurrency"],
  ["no attempts", { attempts: 0 }, "attempts"],
  ["no stall", { stallSeconds: 0 }, "stallSeconds"],
  ["half a byte", { unlistedBytes: 0.5 }, "unlistedBytes"],
  ["no number", { patienceSeconds: Number.NaN }, "patienceSeconds"],
  ["half a seed", { seed: 0.5 }, "seed"],
  ["an unknown choice", { existing: "keep" as "refuse" }, "existing"],
  ["another unknown choice", { absent: "" as "refuse" }, "absent"],
  ["a mirror without a scheme", { mirror: "mirror.example" }, "mirror"],
  ["a mirror of files", { mirror: "file:///srv/mirror" }, "mirror"],
  ["a mirror with a query", { mirror: "https://mirror.example/?a=b" }, "mirror"],
  ["an empty mirror", { mirror: "" }, "mirror"],
  ["a SOCKS proxy", { proxy: "socks5://user:secret@proxy:1080" }, "proxy"],
  ["a mirror of the environment", { env: { COVIDXR_MIRROR: "ftp://x" } }, "COVIDXR_MIRROR"],
  ["a proxy of the environment", { env: { all_proxy: "socks://user:secret@p:1" } }, "ALL_PROXY"],
])("%s is refused", async (_, options, parameter) => {
  const scene = await setScene({ "a.bin": 10 });
  const error = await scene.download(options).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(InvalidArgumentError);
  expect(error).toMatchObject({ parameter });
  expect(JSON.stringify([(error as Error).message, error])).not.toContain("secret");
  expect([scene.server.connections, readdirSync(scene.folder)]).toEqual([0, []]);
});
