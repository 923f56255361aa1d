import { describe, expect, test } from "@jest/globals";
import { chooseProxy } from "./proxies.js";

const http = new URL("http://raw.example.org/a");
const https = new URL("https://raw.example.org/a");

test.each<[string, URL, string | undefined, Record<string, string>, string | undefined]>([
  ["nothing is set", https, undefined, {}, undefined],
  ["a proxy is named", https, "http://p:1", { HTTPS_PROXY: "http://q:2", NO_PROXY: "*" }, "http://p:1"],
  [
    "each scheme has its own (https)",
    https,
    undefined,
    { HTTPS_PROXY: "http://p:1", HTTP_PROXY: "http://q:2" },
    "http://p:1",
  ],
  [
    "each scheme has its own (http)",
    http,
    undefined,
    { HTTPS_PROXY: "http://p:1", HTTP_PROXY: "http://q:2" },
    "http://q:2",
  ],
  ["only the other scheme has one", https, undefined, { HTTP_PROXY: "http://q:2" }, undefined],
  ["all have one", https, undefined, { ALL_PROXY: "http://r:3" }, "http://r:3"],
  [
    "one and all have one",
    https,
    undefined,
    { all_proxy: "http://r:3", HTTPS_PROXY: "http://p:1" },
    "http://p:1",
  ],
  [
    "both cases are set",
    https,
    undefined,
    { https_proxy: "http://p:1", HTTPS_PROXY: "http://q:2" },
    "http://p:1",
  ],
  [
    "the lower case is empty",
    https,
    undefined,
    { https_proxy: " ", HTTPS_PROXY: "http://q:2" },
    "http://q:2",
  ],
  [
    "no scheme is given",
    https,
    undefined,
    { https_proxy: "proxy.example:3128" },
    "http://proxy.example:3128",
  ],
  [
    "the proxy speaks https",
    https,
    undefined,
    { https_proxy: "https://proxy.example" },
    "https://proxy.example",
  ],
])("%s", (_, url, proxy, environment, expected) => {
  expect(chooseProxy(url, proxy, environment)?.url).toBe(expected);
});

test("user name and password leave the address and become a header", () => {
  expect(chooseProxy(http, "http://me:p%40ss@p:1/", {})).toEqual({
    url: "http://p:1",
    authorization: `Basic ${Buffer.from("me:p@ss").toString("base64")}`,
  });
  expect(chooseProxy(http, "me:x@p:1", {})!.url).toBe("http://p:1");
});

describe("NO_PROXY", () => {
  const env = (list: string) => ({ ALL_PROXY: "http://p:1", NO_PROXY: list });
  test.each([
    ["*", "http://a.org/", true],
    ["x.org, *", "http://a.org/", true],
    ["a.org", "http://a.org/", true],
    ["A.ORG", "http://a.org/", true],
    ["a.org", "http://b.a.org/", true],
    [".a.org", "http://b.a.org/", true],
    ["*.a.org", "http://b.a.org/", true],
    ["a.org", "http://ba.org/", false],
    ["a.org:443", "https://a.org/", true],
    ["a.org:80", "https://a.org/", false],
    ["a.org:8080 b.org", "http://a.org:8080/", true],
    ["127.0.0.1", "http://127.0.0.1:4/", true],
    ["::1", "http://[::1]:4/", true],
    ["[::1]:4", "http://[::1]:4/", true],
    ["[::1]:5", "http://[::1]:4/", false],
    ["10.0.0.0/8", "http://10.1.2.3:4/", true],
    ["b.org,192.168.16.0/20", "http://192.168.31.255/", true],
    ["192.168.16.0/20", "http://192.168.32.0/", false],
    ["10.1.2.3/32", "http://10.1.2.3/", true],
    ["0.0.0.0/0", "http://10.1.2.3/", true],
    ["fd00::/8", "http://[fd12::1]:4/", true],
    ["[fd00::]/8", "http://[fd12::1]/", true],
    ["fd00::/8", "http://[fe80::1]/", false],
    ["10.0.0.0/8", "http://a.org/", false],
    ["0.0.0.0/0", "http://a.org/", false],
    ["10.0.0.0/33", "http://10.1.2.3/", false],
    ["10.0.0.0/", "http://10.1.2.3/", false],
    ["a.org/8", "http://a.org/", false],
    ["10.0.0.0/8", "http://[fd12::1]/", false],
    ["", "http://a.org/", false],
    [",", "http://a.org/", false],
    [".", "http://a.org/", false],
  ])("%p for %p: bypassed is %p", (list, url, isBypassed) => {
    expect(chooseProxy(new URL(url), undefined, env(list)) === undefined).toBe(isBypassed);
  });
});

test.each(["socks5://me:secret@p:1", "socks://p", "ftp://p", "http://", "://", "me:secret@"])(
  "%p is not a usable proxy",
  (value) => {
    for (const [parameter, choose] of [
      ["proxy", () => chooseProxy(http, value, {})],
      ["HTTP_PROXY", () => chooseProxy(http, undefined, { http_proxy: value })],
    ] as const) {
      expect(choose).toThrow(expect.objectContaining({ name: "InvalidArgumentError", parameter }));
      expect(choose).not.toThrow(/secret/);
    }
  },
);
