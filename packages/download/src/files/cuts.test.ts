import { createRng } from "@covidxr/core";
import { expect, test } from "@jest/globals";
import { setScene } from "../testing/scene.js";

// Connections that end, stall or never come about.

const SIZE = 2_000_000;

test("a file cut a hundred times in a row is resumed: every byte crosses the network once", async () => {
  const rng = createRng(3, { purpose: "cuts" });
  const scene = await setScene({ "a.bin": SIZE }, (_, attempt) =>
    attempt <= 100 ? { kind: "cut", after: 1 + rng.integer(19_000) } : undefined,
  );
  expect(await scene.download()).toMatchObject({ fetched: 1, transferredBytes: SIZE });
  expect(scene.server.requests).toHaveLength(101);
  expect(scene.server.sentBytes).toBe(SIZE);
  expect(scene.waited).toHaveLength(100);
  expect(Math.max(...scene.waited)).toBeLessThanOrEqual(1);
});

test("a hundred files, each cut at a random byte, come whole", async () => {
  const rng = createRng(4, { purpose: "cuts" });
  const sizes = Array.from({ length: 100 }, (_, i) => [`folder ${i % 7}/${i}.bin`, 1 + rng.integer(300_000)]);
  const files: Record<string, number> = Object.fromEntries(sizes);
  const scene = await setScene(files, ({ path }, attempt) =>
    attempt === 1 ? { kind: "cut", after: rng.integer(files[path.slice(1)]!) } : undefined,
  );
  const total = Object.values(files).reduce((sum, size) => sum + size, 0);
  expect(await scene.download()).toMatchObject({ fetched: 100, transferredBytes: total });
  expect(scene.server.requests).toHaveLength(200);

  const again = await scene.download();
  expect(again).toEqual({ present: 100, fetched: 0, transferredBytes: 0, replaced: [], notFound: [] });
  expect(scene.server.requests).toHaveLength(200);
});

test("cuts without ranges never make a part shorter", async () => {
  const lengths = [500_000, 400_000, 1_000_000, 300_000, 200_000];
  const scene = await setScene({ "a.bin": SIZE }, (_, attempt) =>
    attempt <= lengths.length ? { kind: "cut", after: lengths[attempt - 1]! } : { kind: "no-range" },
  );
  const seen: number[] = [];
  const wrapped = scene.download({
    onProgress: ({ done }) => seen.push(done),
    attempts: 3,
  });
  expect(await wrapped).toMatchObject({ fetched: 1 });
  expect(seen).toEqual([...seen].sort((a, b) => a - b));
  expect(seen.at(-1)).toBe(SIZE);
});

test("attempts that bring nothing new are counted, those that do start anew", async () => {
  // 2 fruitless, 1 of use, 2 fruitless, 1 of use, then fruitless for good.
  const after = [0, 0, 1000, 0, 0, 1000, 0, 0, 0, 0];
  const scene = await setScene({ "a.bin": SIZE }, (_, attempt) => ({
    kind: "cut",
    after: after[attempt - 1] ?? 0,
  }));
  const error = await scene.failure({ attempts: 3 });
  expect(error.reason).toBe("cut");
  expect(error.message).toContain("3 times in a row");
  expect(scene.server.requests).toHaveLength(9);
  expect(scene.partOf("a.bin")).toBe(2000);
});

test("a stall ends the attempt, and the next goes on", async () => {
  const scene = await setScene({ "a.bin": SIZE }, (_, attempt) =>
    attempt === 1 ? { kind: "stall", after: 777_777 } : undefined,
  );
  expect(await scene.download({ stallSeconds: 0.2 })).toMatchObject({ transferredBytes: SIZE });
  expect(scene.server.requests.map(({ range }) => range)).toEqual([undefined, "bytes=777777-"]);
});

test("a server that goes on stalling is given up", async () => {
  const scene = await setScene({ "a.bin": SIZE }, () => ({ kind: "stall", after: 0 }));
  const error = await scene.failure({ stallSeconds: 0.05, attempts: 4 });
  expect([error.reason, scene.server.requests.length]).toEqual(["stalled", 4]);
  expect(error.message).toContain("nothing came for 0.05 s, 4 times in a row");
});

test("a server that never says a word is given up after three attempts", async () => {
  const scene = await setScene({ "a.bin": SIZE }, () => ({ kind: "silence" }));
  const error = await scene.failure({ stallSeconds: 0.05 });
  expect([error.reason, scene.server.requests.length]).toEqual(["stalled", 3]);
});

test("a slow server is not a stalled one", async () => {
  const scene = await setScene({ "a.bin": 50_000 }, () => ({
    kind: "trickle",
    bytes: 5000,
    milliseconds: 60,
  }));
  expect(await scene.download({ stallSeconds: 0.4 })).toMatchObject({ fetched: 1 });
  expect(scene.server.requests).toHaveLength(1);
});

test("a server that hangs up is given up after three attempts if it never answered, after all if it did", async () => {
  const never = await setScene({ "a.bin": SIZE }, () => ({ kind: "hang-up" }));
  expect((await never.failure()).reason).toBe("cut");
  expect(never.server.requests).toHaveLength(3);

  const later = await setScene({ "a.bin": SIZE }, (_, attempt) =>
    attempt === 1 ? { kind: "cut", after: 5 } : { kind: "hang-up" },
  );
  expect((await later.failure()).reason).toBe("cut");
  expect(later.server.requests).toHaveLength(6);
});

test.each(["SSH-2.0-OpenSSH_9.6\r\n", "220 mail.example ESMTP\r\n", "\u0015\u0003\u0001"])(
  "what answers %j speaks no HTTP",
  async (text) => {
    const scene = await setScene({ "a.bin": SIZE }, () => ({ kind: "raw", text }));
    const error = await scene.failure();
    expect([error.reason, scene.server.requests.length]).toEqual(["unreachable", 3]);
    expect(error.message).toMatch(/: the server does not speak HTTP, 3 times in a row; /);
  },
);

test("a refused connection is unreachable, in words, after three attempts; the next address is asked", async () => {
  const scene = await setScene({ "a.bin": SIZE });
  const closed = await setScene({});
  await closed.server.close();
  const file = scene.files[0]!;
  const gone = `${closed.server.url}/a.bin`;
  scene.files[0] = { ...file, urls: [gone] };
  const error = await scene.failure();
  expect([error.reason, error.url]).toEqual(["unreachable", gone]);
  expect(error.message).toContain("connection refused, 3 times in a row");
  expect(scene.waited).toHaveLength(2);

  scene.files[0] = { ...file, urls: [gone, ...file.urls] };
  expect(await scene.download()).toMatchObject({ fetched: 1 });
});

test("a host that does not exist is unreachable", async () => {
  const scene = await setScene({ "a.bin": SIZE });
  scene.files[0] = { ...scene.files[0]!, urls: ["http://no-such-host.invalid/a.bin"] };
  const error = await scene.failure();
  expect(error.reason).toBe("unreachable");
  expect(error.message).toMatch(/no such host|the name server does not answer/);
});

test("what one address began, the next goes on with", async () => {
  const scene = await setScene({ "a.bin": SIZE });
  const first = await setScene({ "a.bin": scene.contents.get("a.bin")! }, (_, attempt) =>
    attempt === 1 ? { kind: "cut", after: 1_200_000 } : { kind: "status", status: 403 },
  );
  scene.files[0] = { ...scene.files[0]!, urls: [...first.files[0]!.urls, ...scene.files[0]!.urls] };
  expect(await scene.download()).toMatchObject({ fetched: 1, transferredBytes: SIZE });
  expect(scene.server.requests.map(({ range }) => range)).toEqual(["bytes=1200000-"]);
});
