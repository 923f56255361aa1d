import { type ForwardProxy, startProxy } from "@covidxr/testing/server";
import { afterEach, describe, expect, test } from "@jest/globals";
import { runInProcess } from "../testing/run-in-process.js";
import { CERTIFICATE_FILE, loopbackTls, setScene } from "../testing/scene.js";

// Ways to the server: through proxies, by mirrors, with certificates.

const SIZE = 100_000;
const proxies: ForwardProxy[] = [];
afterEach(() => Promise.all(proxies.splice(0).map((proxy) => proxy.close())));
async function openProxy(credentials?: string): Promise<ForwardProxy> {
  const proxy = await startProxy(credentials ? { credentials } : {});
  proxies.push(proxy);
  return proxy;
}
const withUser = (url: string, user: string) => url.replace("://", `://${user}@`);

describe("a proxy", () => {
  test("that is named is used, whatever the environment says", async () => {
    const scene = await setScene({ "a b.bin": SIZE });
    const proxy = await openProxy();
    const env = { http_proxy: "http://127.0.0.1:1", NO_PROXY: "*" };
    expect(await scene.download({ proxy: proxy.url, env })).toMatchObject({ fetched: 1 });
    expect(proxy.forwarded).toEqual([`${scene.server.url}/a%20b.bin`]);
    expect(scene.server.requests[0]!.headers.host).toBe(new URL(scene.server.url).host);
  });

  test.each(["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"])("of %s is used", async (name) => {
    const scene = await setScene({ "a.bin": SIZE });
    const proxy = await openProxy();
    const env = { [name]: proxy.url, https_proxy: "http://127.0.0.1:1" };
    expect(await scene.download({ env })).toMatchObject({ fetched: 1 });
    expect([proxy.forwarded.length, scene.server.connections]).toEqual([1, 1]);
  });

  test("is bypassed for hosts in NO_PROXY", async () => {
    const scene = await setScene({ "a.bin": SIZE });
    const proxy = await openProxy();
    const env = { HTTP_PROXY: proxy.url, no_proxy: "example.org, 127.0.0.1" };
    expect(await scene.download({ env })).toMatchObject({ fetched: 1 });
    expect(proxy.forwarded).toEqual([]);
  });

  test("gets its user name and password, and the server does not", async () => {
    const scene = await setScene({ "a.bin": SIZE });
    const proxy = await openProxy("me:p@ss");
    expect(await scene.download({ proxy: withUser(proxy.url, "me:p%40ss") })).toMatchObject({ fetched: 1 });
    expect(scene.server.requests[0]!.headers["proxy-authorization"]).toBeUndefined();
    expect(scene.server.requests[0]!.headers.authorization).toBeUndefined();
  });

  test.each([
    ["no password", "", "asks for a user name and password (407); put them into its address"],
    [
      "a wrong one",
      "me:secret@",
      "refuses the user name and password, or does not accept Basic authentication (407)",
    ],
  ])("that asks for a password and gets %s is blamed by name", async (_, user, words) => {
    const scene = await setScene({ "a.bin": SIZE });
    const proxy = await openProxy("me:right");
    const error = await scene.failure({ proxy: proxy.url.replace("://", `://${user}`) });
    expect([error.reason, error.status]).toEqual(["refused", 407]);
    expect(error.message).toContain(`the proxy ${proxy.url} ${words}`);
    expect(error.message).not.toContain("secret");
    expect([scene.server.connections, scene.waited]).toEqual([0, []]);
  });

  test("that does not answer is blamed by name, without its password", async () => {
    const scene = await setScene({ "a.bin": SIZE });
    const proxy = await openProxy();
    await proxy.close();
    const error = await scene.failure({ proxy: withUser(proxy.url, "me:secret") });
    expect(error.reason).toBe("unreachable");
    expect(error.message).toContain(`connection refused (by the proxy ${proxy.url})`);
    expect(JSON.stringify([error, error.message, scene.told])).not.toContain("secret");
    expect(scene.server.connections).toBe(0);
  });

  test("that cannot reach the server says so", async () => {
    const scene = await setScene({ "a.bin": SIZE });
    const proxy = await openProxy();
    await scene.server.close();
    const error = await scene.failure({ proxy: proxy.url });
    expect([error.reason, error.status]).toEqual(["overloaded", 502]);
    expect(error.message).toContain(`(by the proxy ${proxy.url})`);
  });
});

describe("https", () => {
  test("with an untrusted certificate is unreachable at once", async () => {
    const scene = await setScene({ "a.bin": SIZE }, undefined, loopbackTls());
    const error = await scene.failure();
    expect(error.reason).toBe("unreachable");
    expect(error.message).toContain("its certificate is not trusted (DEPTH_ZERO_SELF_SIGNED_CERT)");
    expect([scene.waited, scene.server.requests]).toEqual([[], []]);
  });

  test("is downloaded with an authority from NODE_EXTRA_CA_CERTS, directly and through a proxy's tunnel", async () => {
    const env = { NODE_EXTRA_CA_CERTS: CERTIFICATE_FILE };
    const scene = await setScene({ "a.bin": SIZE, "b.bin": SIZE }, undefined, loopbackTls());
    const [first, second] = scene.files;
    const proxy = await openProxy("me:secret");
    const { folder } = scene;
    const jobs = [
      { files: [first!], folder },
      { files: [second!], folder, proxy: withUser(proxy.url, "me:secret") },
    ];
    const transferred = { transferredBytes: SIZE };
    expect(await runInProcess(jobs, { env }).outcomes).toMatchObject([transferred, transferred]);
    expect([proxy.tunnels, proxy.forwarded]).toEqual([[new URL(scene.server.url).host], []]);
  });

  test.each([
    ["gets none", "", "asks for a user name and password"],
    ["gets another", "me:wrong@", "refuses the user name and password"],
  ])("through a proxy that asks for a password and %s is refused at once", async (_, user, words) => {
    const scene = await setScene({ "a.bin": SIZE }, undefined, loopbackTls());
    const proxy = await openProxy("me:secret");
    const error = await scene.failure({ proxy: proxy.url.replace("://", `://${user}`) });
    expect([error.reason, error.status]).toEqual(["refused", 407]);
    expect(error.message).toContain(`the proxy ${proxy.url} ${words}`);
    expect(error.message).not.toContain("wrong");
  });

  test("through a proxy that cannot reach the server is unreachable", async () => {
    const scene = await setScene({ "a.bin": SIZE }, undefined, loopbackTls());
    const proxy = await openProxy();
    await scene.server.close();
    const error = await scene.failure({ proxy: proxy.url });
    expect([error.reason, error.status]).toEqual(["unreachable", 502]);
    expect(error.message).toContain(`the proxy ${proxy.url} cannot reach it (502 Bad Gateway)`);
  });

  test("where http is spoken is unreachable", async () => {
    const scene = await setScene({ "a.bin": SIZE });
    scene.files[0] = { ...scene.files[0]!, urls: [scene.files[0]!.urls[0]!.replace("http:", "https:")] };
    const error = await scene.failure();
    expect(error.reason).toBe("unreachable");
    expect(error.message).toContain("no secure connection (");
  });

  test("is never redirected to http", async () => {
    const plain = await setScene({ "a.bin": SIZE });
    const scene = await setScene(
      { "a.bin": plain.contents.get("a.bin")! },
      () => ({ kind: "redirect", to: `${plain.server.url}/a.bin` }),
      loopbackTls(),
    );
    const env = { NODE_EXTRA_CA_CERTS: CERTIFICATE_FILE };
    const { error } = (await runInProcess({ files: scene.files, folder: scene.folder }, { env }).outcome)!;
    expect(error).toMatchObject({ name: "DownloadError", reason: "redirects" });
    expect(error!.message).toContain("from https to http");
    expect(plain.server.connections).toBe(0);
  });
});

describe("a mirror", () => {
  const ELSEWHERE = "https://published.invalid/some/where/a%20b.bin?raw=1";

  test.each([
    ["", "/some/where/a b.bin?raw=1"],
    ["/", "/some/where/a b.bin?raw=1"],
    ["/base/x", "/base/x/some/where/a b.bin?raw=1"],
    ["/base/x/", "/base/x/some/where/a b.bin?raw=1"],
  ])("at %p replaces every origin", async (base, path) => {
    const scene = await setScene({ "a.bin": SIZE });
    const content = scene.contents.get("a.bin")!;
    scene.contents.set(path.slice(1), content);
    scene.files[0] = { ...scene.files[0]!, urls: [ELSEWHERE] };
    const mirror = `${scene.server.url}${base}`;
    const env = { COVIDXR_MIRROR: mirror };
    expect(await scene.download({ env })).toMatchObject({ fetched: 1 });
    expect(scene.server.requests.map((request) => request.path)).toEqual([path]);
    expect(scene.server.requests[0]!.headers.authorization).toBeUndefined();
  });

  test("gets its user name and password, and nobody it redirects to; no message shows them", async () => {
    const other = await setScene({ "a.bin": SIZE }, (_, attempt) =>
      attempt === 1 ? { kind: "status", status: 503, headers: { "retry-after": "9" } } : undefined,
    );
    const scene = await setScene({ "a.bin": other.contents.get("a.bin")! }, ({ path }) => ({
      kind: "redirect",
      to: path === "/a.bin" ? "/b" : `${other.server.url.replace("://", "://x:y@")}/a.bin`,
    }));
    scene.files[0] = { ...scene.files[0]!, urls: ["https://published.invalid/a.bin"] };
    const mirror = withUser(scene.server.url, "me:secret");
    expect(await scene.download({ mirror })).toMatchObject({ fetched: 1 });
    const expected = `Basic ${Buffer.from("me:secret").toString("base64")}`;
    expect(scene.server.requests.map(({ headers }) => headers.authorization)).toEqual(
      scene.server.requests.map(() => expected),
    );
    expect(other.server.requests.map(({ headers }) => headers.authorization)).toEqual([undefined, undefined]);
    expect(JSON.stringify(scene.told)).not.toContain("secret");
  });

  test.each([403, 404])("that answers %p is named without its password", async (status) => {
    const scene = await setScene({ "a.bin": SIZE }, () => ({ kind: "status", status }));
    const error = await scene.failure({ mirror: withUser(scene.server.url, "me:secret") });
    expect([error.url, error.status]).toEqual([`${scene.server.url}/a.bin`, status]);
    expect(`${error.message} ${error.stack} ${JSON.stringify(error)}`).not.toContain("secret");
  });

  test("is asked once where two published addresses become one", async () => {
    const scene = await setScene({ "a.bin": SIZE }, () => ({ kind: "status", status: 404 }));
    scene.files[0] = { ...scene.files[0]!, urls: ["https://a.invalid/a.bin", "https://b.invalid/a.bin"] };
    expect((await scene.failure({ mirror: scene.server.url })).reason).toBe("not-found");
    expect(scene.server.requests).toHaveLength(1);
  });
});
