import type { Fault } from "@covidxr/testing/server";
import { describe, expect, test } from "@jest/globals";
import { setScene } from "../testing/scene.js";

// Answers that are not the file: wrong bytes, wrong lengths, other ranges than requested.

const SIZE = 200_000;
const always = (fault: Fault) => () => fault;
const once = (fault: Fault) => (_: unknown, attempt: number) => (attempt === 1 ? fault : undefined);

describe.each<[string, Fault, RegExp]>([
  ["wrong bytes", { kind: "wrong-bytes" }, /expected SHA-256 [0-9a-f]{64}, got [0-9a-f]{64}/],
  ["a short body", { kind: "short-body", bytes: 1234 }, /expected 200000 bytes, got 1234/],
  ["an empty body", { kind: "short-body", bytes: 0 }, /expected 200000 bytes, got 0/],
  ["a long body", { kind: "long-body" }, /expected 200000 bytes, got 201000/],
  ["a short body without a length", { kind: "no-length", extra: -5 }, /expected 200000 bytes, got 199995/],
  ["a long body without a length", { kind: "no-length", extra: 5 }, /expected 200000 bytes, got more/],
  [
    "a compressed body",
    { kind: "headers", headers: { "content-encoding": "gzip" } },
    /expected the file as it is, got content-encoding gzip/,
  ],
  ["a status without content", { kind: "status", status: 204 }, /expected 200000 bytes, got 204/],
])("%s", (_, fault, words) => {
  test("always: requested twice, then an error, and nothing stays", async () => {
    const scene = await setScene({ "a.bin": SIZE }, always(fault));
    const error = await scene.failure();
    expect([error.reason, error.url]).toEqual(["wrong-content", `${scene.server.url}/a.bin`]);
    expect(error.message).toMatch(words);
    expect(scene.server.requests).toHaveLength(2);
    expect([scene.get("a.bin"), scene.partOf("a.bin")]).toEqual([undefined, undefined]);
  });

  test("once: the second answer is accepted", async () => {
    const scene = await setScene({ "a.bin": SIZE }, once(fault));
    expect(await scene.download()).toMatchObject({ fetched: 1, present: 0 });
    expect(scene.get("a.bin")).toHaveLength(SIZE);
  });

  test("from the first address: the second is used", async () => {
    const scene = await setScene({ "a.bin": SIZE });
    const wrong = await setScene({ "a.bin": scene.contents.get("a.bin")! }, always(fault));
    scene.files[0] = { ...scene.files[0]!, urls: [...wrong.files[0]!.urls, ...scene.files[0]!.urls] };
    expect(await scene.download()).toMatchObject({ fetched: 1 });
    expect([wrong.server.requests.length, scene.server.requests.length]).toEqual([2, 1]);
  });
});

test("a body without a length is accepted when it is the file", async () => {
  const scene = await setScene({ "a.bin": SIZE }, always({ kind: "no-length" }));
  expect(await scene.download()).toMatchObject({ fetched: 1, transferredBytes: SIZE });
});

describe("a part from before", () => {
  const content = (scene: { contents: Map<string, Uint8Array> }) => scene.contents.get("a.bin")!;

  test("is resumed", async () => {
    const scene = await setScene({ "a.bin": SIZE });
    scene.put("a.bin.covidxr-part", content(scene).subarray(0, 150_000));
    expect(await scene.download()).toMatchObject({ fetched: 1, transferredBytes: 50_000 });
    expect(scene.server.requests.map(({ range }) => range)).toEqual(["bytes=150000-"]);
  });

  test("that is whole is verified without a request", async () => {
    const scene = await setScene({ "a.bin": SIZE });
    scene.put("a.bin.covidxr-part", content(scene));
    expect(await scene.download()).toMatchObject({ fetched: 1, transferredBytes: 0 });
    expect(scene.server.connections).toBe(0);
  });

  test("that is longer than the file is discarded", async () => {
    const scene = await setScene({ "a.bin": SIZE });
    scene.put("a.bin.covidxr-part", Buffer.concat([content(scene), Buffer.from("x")]));
    const missing: number[] = [];
    await scene.download({ onPlan: ({ missingBytes }) => void missing.push(missingBytes) });
    expect(missing).toEqual([SIZE]);
    expect(scene.server.requests.map(({ range }) => range)).toEqual([undefined]);
  });

  test.each([SIZE, 150_000])("with other bytes (%p of them) costs one more request", async (length) => {
    const scene = await setScene({ "a.bin": SIZE });
    const wrong = Uint8Array.from(content(scene).subarray(0, length));
    wrong[77]! ^= 1;
    scene.put("a.bin.covidxr-part", wrong);
    expect(await scene.download()).toMatchObject({ fetched: 1 });
    expect(scene.server.requests.map(({ range }) => range)).toEqual(
      length === SIZE ? [undefined] : ["bytes=150000-", undefined],
    );
  });

  test.each<[string, Fault, (string | undefined)[]]>([
    ["does not know ranges", { kind: "no-range" }, ["bytes=150000-"]],
    ["answers with another range", { kind: "wrong-range" }, ["bytes=150000-", undefined]],
    ["finds the range beyond its end", { kind: "status", status: 416 }, ["bytes=150000-", undefined]],
  ])("of a server that %s: requested from the beginning", async (_, fault, ranges) => {
    const scene = await setScene({ "a.bin": SIZE }, ({ range }) => (range ? fault : undefined));
    scene.put("a.bin.covidxr-part", content(scene).subarray(0, 150_000));
    expect(await scene.download()).toMatchObject({ fetched: 1, transferredBytes: SIZE });
    expect(scene.server.requests.map(({ range }) => range)).toEqual(ranges);
  });

  test("stays when the address has an entirely different file", async () => {
    const page = { kind: "status", status: 200, body: "<html>please log in</html>" } as const;
    const scene = await setScene({ "a.bin": SIZE }, always(page));
    scene.put("a.bin.covidxr-part", content(scene).subarray(0, 150_000));
    expect((await scene.failure()).reason).toBe("wrong-content");
    expect(scene.partOf("a.bin")).toBe(150_000);
  });

  test("of a server whose file is longer: an error", async () => {
    const scene = await setScene({ "a.bin": SIZE }, always({ kind: "long-body" }));
    scene.put("a.bin.covidxr-part", content(scene).subarray(0, 150_000));
    expect((await scene.failure()).message).toContain("expected 200000 bytes, got 201000");
  });

  test("of a server that sends ranges in pieces: each is requested", async () => {
    const scene = await setScene({ "a.bin": SIZE }, ({ range }) =>
      range ? { kind: "short-body", bytes: 20_000 } : undefined,
    );
    scene.put("a.bin.covidxr-part", content(scene).subarray(0, 150_000));
    expect(await scene.download()).toMatchObject({ fetched: 1, transferredBytes: 50_000 });
    expect(scene.server.requests).toHaveLength(3);
  });
});

test("an empty file needs no request, and its digest is checked all the same", async () => {
  const scene = await setScene({ "empty.csv": 0 });
  expect(await scene.download()).toMatchObject({ fetched: 1, transferredBytes: 0 });
  expect(scene.server.connections).toBe(0);
  expect(scene.get("empty.csv")).toHaveLength(0);

  const wrong = await setScene({ "empty.csv": 0 });
  wrong.files[0] = { ...wrong.files[0]!, digests: { md5: "0".repeat(32) } };
  expect((await wrong.failure()).reason).toBe("wrong-content");
});

describe("what looks like a proxy or a login page is reported as such", () => {
  const BETWEEN = /something in between, such as a proxy or a login page, seems to answer/;
  const page = "<html>please log in</html>";
  const html = { "content-type": "text/html; charset=utf-8" };
  test.each<[string, Fault, RegExp]>([
    [
      "of another length",
      { kind: "status", status: 200, headers: html, body: page },
      /\(content-type text\/html; charset=utf-8\)/,
    ],
    [
      "of the same length",
      { kind: "status", status: 200, headers: html, body: "x".repeat(SIZE) },
      /expected SHA-256.*\(content-type text\/html/,
    ],
    [
      "without a length, short",
      {
        kind: "raw",
        text: `HTTP/1.1 200 OK\r\ncontent-type: text/html\r\nconnection: close\r\n\r\n${page}`,
      },
      /\(content-type text\/html\)/,
    ],
    [
      "without a length, long",
      {
        kind: "raw",
        text: `HTTP/1.1 200 OK\r\ncontent-type: text/html\r\nconnection: close\r\n\r\n${"x".repeat(SIZE + 1)}`,
      },
      /got more; something in between.*\(content-type text\/html\)/,
    ],
    [
      "encoded",
      { kind: "headers", headers: { "content-encoding": "br", "content-type": "image/png" } },
      /got content-encoding br; .*\(content-type image\/png\)/,
    ],
    ["encoded, of no type", { kind: "headers", headers: { "content-encoding": "br" } }, /seems to answer/],
  ])("%s", async (_, fault, words) => {
    const scene = await setScene({ "a.bin": SIZE }, always(fault));
    const { reason, message } = await scene.failure();
    expect(reason).toBe("wrong-content");
    expect(message).toMatch(BETWEEN);
    expect(message).toMatch(words);
  });

  test.each<[string, Fault]>([
    ["wrong bytes", { kind: "wrong-bytes" }],
    ["a short body", { kind: "short-body", bytes: 5 }],
  ])("%s of no type are not", async (_, fault) => {
    const scene = await setScene({ "a.bin": SIZE }, always(fault));
    expect((await scene.failure()).message).not.toMatch(BETWEEN);
  });
});
