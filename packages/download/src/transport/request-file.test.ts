import { expect, test } from "@jest/globals";
import { AttemptError, connectionWords } from "./attempt-error.js";
import { redirectTarget } from "./request-file.js";

const from = new URL("https://host.example/a/b?c=d");

test.each([
  ["/x", "https://host.example/x"],
  ["x", "https://host.example/a/x"],
  ["?y", "https://host.example/a/b?y"],
  ["//other.example/x", "https://other.example/x"],
  ["https://me:secret@other.example/x#y", "https://other.example/x"],
])("a redirect to %p leads to %p", (location, target) => {
  expect(redirectTarget(from, location, 302).href).toBe(target);
});

test.each([
  undefined,
  "http://",
  "http://host.example/x",
  "ftp://host.example/x",
  "file:///etc/x",
  "data:,x",
])("a redirect to %p is not followed", (location) => {
  expect(() => redirectTarget(from, location, 302)).toThrow(
    expect.objectContaining({ reason: "redirects", final: true, status: 302 }),
  );
});

test("a downgrade does not reveal the query", () => {
  const run = () => redirectTarget(from, "http://other.example/x?signature=secret", 302);
  expect(run).toThrow(AttemptError);
  expect(run).not.toThrow(/secret/);
});

const coded = (code: string) => Object.assign(new Error("x"), { code });
test.each<[unknown, string, boolean]>([
  [coded("ENOTFOUND"), "no such host", false],
  [coded("ECONNREFUSED"), "connection refused", false],
  [new AggregateError([coded("EHOSTUNREACH"), coded("ENETUNREACH")]), "no route to the host", false],
  [new Error("x", { cause: coded("ETIMEDOUT") }), "no answer", false],
  [coded("CERT_HAS_EXPIRED"), "its certificate is not trusted (CERT_HAS_EXPIRED)", true],
  [coded("ERR_TLS_CERT_ALTNAME_INVALID"), "its certificate is not trusted", true],
  [coded("UNABLE_TO_VERIFY_LEAF_SIGNATURE"), "NODE_EXTRA_CA_CERTS", true],
  [coded("ERR_SSL_WRONG_VERSION_NUMBER"), "no secure connection (ERR_SSL_WRONG_VERSION_NUMBER)", true],
  [Object.assign(new Error("x"), { name: "HTTPParserError" }), "the server does not speak HTTP", false],
  [new Error("something else"), "connection failed (something else)", false],
  ["no error", "connection failed (no error)", false],
])("%p in words", (error, words, final) => {
  const said = connectionWords(error);
  expect(said.words).toContain(words);
  expect(said.final).toBe(final);
});
