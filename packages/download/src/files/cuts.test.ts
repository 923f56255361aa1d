import { createRng } from "@covidxr/core";
import { expect, test } from "@jest/globals";
import { gate, type HeldAlarm, holdStallAlarms, setScene, until } from "../testing/scene.js";

// Connections that end, stall or never open.

const SIZE = 1_000_000;

test("a file cut a hundred times in a row is resumed: every byte crosses the network once", async () => {
  const rng = createRng(3, { purpose: "cuts" });
  const scene = await setScene({ "a.bin": SIZE }, (_, attempt) =>
    attempt <= 100 ? { kind: "cut", after: 1 + rng.integer(9000) } : undefined,
  );
  expect(await scene.download()).toMatchObject({ fetched: 1, transferredBytes: SIZE });
  expect(scene.server.requests).toHaveLength(101);
  expect(scene.server.sentBytes).toBe(SIZE);
  expect(scene.waited).toHaveLength(100);
  expect(Math.max(...scene.waited)).toBeLessThanOrEqual(1);
});

test("a hundred files, each cut at a random byte, arrive complete", async () => {
  const rng = createRng(4, { purpose: "cuts" });
  const sizes = Array.from({ length: 100 }, (_, i) => [`folder ${i % 7}/${i}.bin`, 1 + rng.integer(100_000)]);
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
  const lengths = [250_000, 200_000, 500_000, 150_000, 100_000];
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

test("attempts without progress are counted, progress resets the count", async () => {
  // 2 without progress, 1 with, 2 without, 1 with, then none.
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

test("a stall ends the attempt, and the next resumes", async () => {
  const alarms = holdStallAlarms();
  const scene = await setScene({ "a.bin": SIZE }, (_, attempt) =>
    attempt === 1 ? { kind: "stall", after: 777_777 } : undefined,
  );
  const download = scene.download();
  await until(() => scene.partOf("a.bin") === 777_777);
  await ringUntil(alarms, 0, () => scene.server.requests.length === 2);
  expect(await download).toMatchObject({ transferredBytes: SIZE });
  expect(scene.server.requests.map(({ range }) => range)).toEqual([undefined, "bytes=777777-"]);
});

test("a server that keeps stalling is given up", async () => {
  const alarms = holdStallAlarms();
  const scene = await setScene({ "a.bin": SIZE }, (_, attempt) => ({
    kind: "stall",
    after: attempt === 1 ? 5 : 0,
  }));
  const failure = scene.failure({ stallSeconds: 7, attempts: 4 });
  await until(() => scene.partOf("a.bin") === 5);
  for (let i = 0; i < 4; i++) await ringUntil(alarms, i, () => scene.server.requests.length === i + 2);
  let isOver = false;
  void failure.finally(() => {
    isOver = true;
  });
  await ringUntil(alarms, 4, () => isOver);
  const error = await failure;
  expect([error.reason, scene.server.requests.length]).toEqual(["stalled", 5]);
  expect(error.message).toContain("nothing came for 7 s, 4 times in a row");
});

test("a server that never says a word is given up after three attempts", async () => {
  const alarms = holdStallAlarms();
  const scene = await setScene({ "a.bin": SIZE }, () => ({ kind: "silence" }));
  const failure = scene.failure();
  for (let i = 0; i < 3; i++) {
    await until(() => scene.server.requests.length === i + 1);
    alarms[i]!.ring();
  }
  const error = await failure;
  expect([error.reason, scene.server.requests.length]).toEqual(["stalled", 3]);
});

test("a slow server is not a stalled one: every arrival restarts the time", async () => {
  const alarms = holdStallAlarms();
  const { opened, open } = gate();
  const scene = await setScene({ "a.bin": 50_000 }, () => ({ kind: "stall", after: 5000, until: opened }));
  const download = scene.download();
  await until(() => scene.partOf("a.bin") === 5000);
  // With the answer, and with the wait after its first bytes.
  await until(() => alarms[0]!.restarts >= 2);
  open();
  expect(await download).toMatchObject({ fetched: 1 });
  expect([alarms.length, scene.server.requests.length]).toEqual([1, 1]);
});

/** Rings an alarm until it is heard: it rests while bytes are being written. */
function ringUntil(alarms: readonly HeldAlarm[], place: number, heard: () => boolean): Promise<void> {
  return until(() => {
    alarms[place]!.ring();
    return heard();
  });
}

test("a server that hangs up is given up after three attempts if it never answered, after five if it did", async () => {
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
  "an answer of %j is not HTTP",
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

test("the next address resumes what the first one began", async () => {
  const scene = await setScene({ "a.bin": SIZE });
  const first = await setScene({ "a.bin": scene.contents.get("a.bin")! }, (_, attempt) =>
    attempt === 1 ? { kind: "cut", after: 600_000 } : { kind: "status", status: 403 },
  );
  scene.files[0] = { ...scene.files[0]!, urls: [...first.files[0]!.urls, ...scene.files[0]!.urls] };
  expect(await scene.download()).toMatchObject({ fetched: 1, transferredBytes: SIZE });
  expect(scene.server.requests.map(({ range }) => range)).toEqual(["bytes=600000-"]);
});
