import { afterEach, expect, test } from "@jest/globals";
import { type FileServer, type FileServerOptions, startFileServer } from "./start-file-server.js";

const CONTENT = Uint8Array.from({ length: 300_000 }, (_, i) => i % 251);
let server: FileServer;
async function serve(fault?: FileServerOptions["fault"]): Promise<void> {
  server = await startFileServer({
    file: (path) => (path === "/a b.bin" ? CONTENT : undefined),
    ...(fault ? { fault } : {}),
  });
}
const ask = (headers: Record<string, string> = {}, method = "GET") =>
  fetch(`${server.url}/a%20b.bin`, { headers, method, redirect: "manual" });
const bytes = async (response: Response) => new Uint8Array(await response.arrayBuffer());

afterEach(() => server.close());

test("serves a file, its head and its ranges", async () => {
  await serve();
  const whole = await ask();
  expect(whole.status).toBe(200);
  expect(whole.headers.get("content-length")).toBe("300000");
  expect(await bytes(whole)).toEqual(CONTENT);

  const head = await ask({}, "HEAD");
  expect(head.headers.get("etag")).toBe(whole.headers.get("etag"));

  const range = await ask({ range: "bytes=299990-" });
  expect(range.status).toBe(206);
  expect(range.headers.get("content-range")).toBe("bytes 299990-299999/300000");
  expect(await bytes(range)).toEqual(CONTENT.subarray(299_990));

  expect(await bytes(await ask({ range: "bytes=5-9" }))).toEqual(CONTENT.subarray(5, 10));
  expect(await bytes(await ask({ range: "bytes=-3" }))).toEqual(CONTENT.subarray(299_997));
  expect((await ask({ range: "bytes=300000-" })).status).toBe(416);
  expect((await fetch(`${server.url}/other`)).status).toBe(404);

  expect(server.sentBytes).toBe(300_000 + 10 + 5 + 3);
  expect(server.connections).toBeGreaterThan(0);
  expect(server.requests.map(({ method, path, range, status }) => [method, path, range, status])).toEqual([
    ["GET", "/a b.bin", undefined, 200],
    ["HEAD", "/a b.bin", undefined, 200],
    ["GET", "/a b.bin", "bytes=299990-", 206],
    ["GET", "/a b.bin", "bytes=5-9", 206],
    ["GET", "/a b.bin", "bytes=-3", 206],
    ["GET", "/a b.bin", "bytes=300000-", 416],
    ["GET", "/other", undefined, 404],
  ]);
});

test("alters one byte and keeps the length", async () => {
  await serve(() => ({ kind: "wrong-bytes" }));
  const body = await bytes(await ask());
  expect(body.filter((value, i) => value !== CONTENT[i])).toHaveLength(1);
  expect(body).toHaveLength(CONTENT.length);
});

test("sends less, more, and without a length", async () => {
  await serve((_, attempt) => {
    if (attempt === 1) return { kind: "short-body", bytes: 7 };
    return attempt === 2 ? { kind: "long-body" } : { kind: "no-length", extra: 2 };
  });
  expect(await bytes(await ask())).toEqual(CONTENT.subarray(0, 7));
  expect((await bytes(await ask())).length).toBeGreaterThan(CONTENT.length);
  const chunked = await ask();
  expect(chunked.headers.get("content-length")).toBeNull();
  expect(await bytes(chunked)).toHaveLength(CONTENT.length + 2);
});

test("cuts a connection after exactly the requested bytes, once", async () => {
  await serve((_, attempt) => (attempt === 1 ? { kind: "cut", after: 70_001 } : undefined));
  const reader = (await ask()).body!.getReader();
  let got = 0;
  await expect(
    (async () => {
      for (let piece = await reader.read(); !piece.done; piece = await reader.read())
        got += piece.value.length;
    })(),
  ).rejects.toThrow();
  expect(got).toBe(70_001);
  expect(await bytes(await ask())).toEqual(CONTENT);
  expect(server.sentBytes).toBe(70_001 + 300_000);
});

test("stalls until the client gives up, or until it is told to go on", async () => {
  let goOn = (): void => {};
  const until = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  await serve((_, attempt) =>
    attempt === 1 ? { kind: "stall", after: 10 } : { kind: "stall", after: 10, until, withoutLength: true },
  );
  const client = new AbortController();
  const response = await fetch(`${server.url}/a%20b.bin`, { signal: client.signal });
  const reader = response.body!.getReader();
  expect((await reader.read()).value).toEqual(CONTENT.subarray(0, 10));
  client.abort();
  await expect(reader.read()).rejects.toThrow();
  expect(server.sentBytes).toBe(10);

  const held = await ask();
  expect(held.headers.get("content-length")).toBeNull();
  goOn();
  expect(await bytes(held)).toEqual(CONTENT);
});

test("ignores ranges, answers with another one, redirects, and gives any status", async () => {
  await serve((_, attempt) => {
    if (attempt === 1) return { kind: "no-range" };
    if (attempt === 2) return { kind: "wrong-range" };
    if (attempt === 3) return { kind: "redirect", to: "/elsewhere", status: 307 };
    return { kind: "status", status: 429, headers: { "retry-after": "7" }, body: "later" };
  });
  expect((await ask({ range: "bytes=10-" })).status).toBe(200);
  expect((await ask({ range: "bytes=10-" })).headers.get("content-range")).toBe("bytes 9-299999/300000");
  const redirect = await ask();
  expect([redirect.status, redirect.headers.get("location")]).toEqual([307, "/elsewhere"]);
  const busy = await ask();
  expect([busy.status, busy.headers.get("retry-after"), await busy.text()]).toEqual([429, "7", "later"]);
});

test("hangs up without an answer", async () => {
  await serve(() => ({ kind: "hang-up" }));
  await expect(ask()).rejects.toThrow("fetch failed");
  expect(server.requests[0]!.status).toBeUndefined();
});
