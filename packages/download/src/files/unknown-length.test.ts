import { createHash } from "node:crypto";
import { createRng } from "@covidxr/core";
import type { Fault } from "@covidxr/testing/server";
import { describe, expect, test } from "@jest/globals";
import type { DownloadPlan, DownloadProgress, PublishedFile } from "../options.js";
import { setScene } from "../testing/scene.js";

// Files of which the list only states the git blob SHA-1, as git's trees do: the server states the length.

const SIZE = 200_000;

/** The file without its length, by the name that git gives its content. */
function byBlob(file: PublishedFile, content: Uint8Array): PublishedFile {
  const { path, urls } = file;
  const gitBlobSha1 = createHash("sha1").update(`blob ${content.length}\0`).update(content).digest("hex");
  return { path, urls, digests: { gitBlobSha1 } };
}

async function setUnknown(size: number, fault?: Parameters<typeof setScene>[1]) {
  const scene = await setScene({ "a.bin": size, "b.bin": 1000 }, fault);
  const content = scene.contents.get("a.bin")!;
  scene.files[0] = byBlob(scene.files[0]!, content);
  return { ...scene, content, ranges: () => rangesOf(scene.server.requests) };
}

const rangesOf = (requests: readonly { path: string; range: string | undefined }[]) =>
  requests.filter(({ path }) => path === "/a.bin").map(({ range }) => range);

test("is downloaded, and verified without a request the next time", async () => {
  const scene = await setUnknown(SIZE);
  const plans: DownloadPlan[] = [];
  const progress: DownloadProgress[] = [];
  const options = {
    onPlan: (plan: DownloadPlan) => void plans.push(plan),
    onProgress: (state: DownloadProgress) => void progress.push(state),
  };
  expect(await scene.download(options)).toMatchObject({ fetched: 2, transferredBytes: SIZE + 1000 });
  expect(plans).toMatchObject([{ bytes: 1000, missingBytes: 1000 }]);
  expect(progress.at(-1)).toEqual({ done: SIZE + 1000, total: SIZE + 1000, filesDone: 2, files: 2 });
  for (const { done, total } of progress) expect(done).toBeLessThanOrEqual(total);
  expect(scene.get("a.bin")).toHaveLength(SIZE);

  expect(await scene.download()).toMatchObject({ present: 2, transferredBytes: 0 });
  expect(scene.server.requests).toHaveLength(2);
});

test("an empty file is downloaded, too", async () => {
  const scene = await setUnknown(0);
  expect(await scene.download()).toMatchObject({ fetched: 2 });
  expect(scene.get("a.bin")).toEqual(Buffer.alloc(0));
});

test("cut fifty times, it is resumed: every byte crosses the network once", async () => {
  const rng = createRng(5, { purpose: "cuts" });
  const scene = await setUnknown(SIZE, ({ path }, attempt) =>
    path === "/a.bin" && attempt <= 50 ? { kind: "cut", after: 1 + rng.integer(3900) } : undefined,
  );
  expect(await scene.download()).toMatchObject({ fetched: 2, transferredBytes: SIZE + 1000 });
  expect(scene.server.sentBytes).toBe(SIZE + 1000);
});

describe("a part from before", () => {
  test.each<[string, (content: Uint8Array) => Uint8Array, (string | undefined)[]]>([
    ["is resumed", (content) => content.subarray(0, 150_000), ["bytes=150000-"]],
    ["that is whole is verified without a request", (content) => content, []],
    [
      "that is longer than the file costs two more requests",
      (content) => Buffer.concat([content, Buffer.from("x")]),
      [`bytes=${SIZE + 1}-`, undefined, undefined],
    ],
    [
      "with other bytes costs one more request",
      (content) => content.subarray(0, 150_000).map((byte) => byte ^ 1),
      ["bytes=150000-", undefined],
    ],
  ])("%s", async (_, partOf, ranges) => {
    const scene = await setUnknown(SIZE);
    scene.put("a.bin.covidxr-part", partOf(scene.content));
    expect(await scene.download()).toMatchObject({ fetched: 2 });
    expect(scene.ranges()).toEqual(ranges);
  });
});

test.each<[string, Fault]>([
  ["wrong bytes", { kind: "wrong-bytes" }],
  ["a short body", { kind: "short-body", bytes: 1234 }],
  ["a long body", { kind: "long-body" }],
  ["a short body without a length", { kind: "no-length", extra: -5 }],
])("%s: the digest refuses it", async (_, fault) => {
  const scene = await setUnknown(SIZE, ({ path }) => (path === "/a.bin" ? fault : undefined));
  const error = await scene.failure();
  expect([error.reason, scene.partOf("a.bin")]).toEqual(["wrong-content", undefined]);
  expect(error.message).toMatch(/expected git blob SHA-1 [0-9a-f]{40}, got [0-9a-f]{40}/);
});

describe("a file longer than unlistedBytes", () => {
  const WORDS = "expected at most 100.0 kB of a file whose length the list does not state, got ";

  test("is refused by the length that the server states, and a part stays", async () => {
    const scene = await setUnknown(SIZE);
    scene.put("a.bin.covidxr-part", scene.content.subarray(0, 50_000));
    const error = await scene.failure({ unlistedBytes: 100_000 });
    expect(error.reason).toBe("wrong-content");
    expect(error.message).toContain(`${WORDS}${SIZE}; correct the list, or raise unlistedBytes`);
    expect([scene.ranges(), scene.partOf("a.bin")]).toEqual([["bytes=50000-"], 50_000]);
  });

  test("is cut off where the server states none, and its part is dropped", async () => {
    const scene = await setUnknown(SIZE, ({ path }) =>
      path === "/a.bin" ? { kind: "no-length" } : undefined,
    );
    const seen: number[] = [];
    const error = await scene.failure({
      unlistedBytes: 100_000,
      concurrency: 1,
      onProgress: ({ done }) => void seen.push(done),
    });
    expect([error.reason, scene.ranges(), scene.partOf("a.bin")]).toEqual([
      "wrong-content",
      [undefined],
      undefined,
    ]);
    expect(error.message).toContain(`${WORDS}more`);
    expect(Math.max(...seen)).toBeLessThanOrEqual(100_000);
  });

  test("of exactly that length is accepted, with a length and without", async () => {
    for (const fault of [undefined, { kind: "no-length" } as const]) {
      const scene = await setUnknown(SIZE, () => fault);
      expect(await scene.download({ unlistedBytes: SIZE })).toMatchObject({ fetched: 2 });
    }
  });

  test("does not matter where the list states the length", async () => {
    const scene = await setScene({ "a.bin": SIZE });
    expect(await scene.download({ unlistedBytes: 0 })).toMatchObject({ fetched: 1 });
  });
});

test("a body without a length is accepted when it is the file, and after a cut", async () => {
  const scene = await setUnknown(SIZE, ({ path }, attempt) =>
    path !== "/a.bin" ? undefined : attempt === 1 ? { kind: "cut", after: 70_000 } : { kind: "no-length" },
  );
  expect(await scene.download()).toMatchObject({ fetched: 2, transferredBytes: SIZE + 1000 });
  expect(scene.get("a.bin")).toHaveLength(SIZE);
});
