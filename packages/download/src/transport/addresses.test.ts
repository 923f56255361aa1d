import { expect, test } from "@jest/globals";
import { hideCredentials, mirrorUrl, publicUrl } from "./addresses.js";

test.each([
  ["https://h/a/b", "https://m.org", "https://m.org/a/b"],
  ["https://h/a/b", "http://m.org:8080/x/y/", "http://m.org:8080/x/y/a/b"],
  ["https://h/a%20b/%C3%BC?x=%2F#f", "https://m.org/x%20y", "https://m.org/x%20y/a%20b/%C3%BC?x=%2F"],
  ["https://me:mine@h/a", "https://m.org", "https://m.org/a"],
  ["https://h/a", "https://u:p%40@m.org", "https://u:p%40@m.org/a"],
  ["https://h/a/../b", "https://m.org/x", "https://m.org/x/b"],
])("%p on %p is %p", (url, mirror, expected) => {
  expect(mirrorUrl(url, mirror)).toBe(expected);
});

test.each([
  "",
  "m.org",
  "/x",
  "ftp://m.org",
  "https://m.org/?a",
  "https://m.org/#a",
  "https://u:secret@m.org/?a",
])("%p is not a mirror", (mirror) => {
  const run = () => mirrorUrl("https://h/a", mirror, "COVIDXR_MIRROR");
  expect(run).toThrow(expect.objectContaining({ name: "InvalidArgumentError", parameter: "COVIDXR_MIRROR" }));
  expect(run).not.toThrow(/secret/);
});

test.each([
  ["https://me:pa?ss@h/a?b=c", "https://h/a"],
  ["h/a?b=c", "h/a"],
  ["//h/a#b", "//h/a"],
])("of the invalid address %p, %p is shown", (text, shown) => {
  expect(hideCredentials(text)).toBe(shown);
});

test("an address is shown without user name, password, query and fragment", () => {
  expect(publicUrl("https://me:secret@h:8/a?b=c#d")).toBe("https://h:8/a");
});
