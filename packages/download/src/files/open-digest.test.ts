import crypto from "node:crypto";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import { setScene } from "../testing/scene.js";
import { openDigest } from "./open-digest.js";
import { verifyFile } from "./verify-file.js";

// A Node that makes no MD5, as one in FIPS mode.

const path = join(mkdtempSync(join(tmpdir(), "covidxr-digest-")), "a.bin");
const MD5 = crypto.createHash("md5").update("abc").digest("hex");
const SHA256 = crypto.createHash("sha256").update("abc").digest("hex");

beforeEach(() => {
  writeFileSync(path, "abc");
  const { createHash } = crypto;
  jest.spyOn(crypto, "createHash").mockImplementation((algorithm, options) => {
    if (algorithm === "md5") {
      throw Object.assign(new Error("digital envelope routines::unsupported"), {
        code: "ERR_OSSL_EVP_UNSUPPORTED",
      });
    }
    return createHash(algorithm, options);
  });
});
afterEach(() => void jest.restoreAllMocks());

const refusal = expect.objectContaining({
  name: "InvalidArgumentError",
  parameter: "digests",
  value: "md5",
  message: expect.stringContaining("got MD5, which it or its OpenSSL forbids"),
});

test("a digest that cannot be made is an error of its own, and only where it is asked for", async () => {
  expect(() => openDigest("md5", 0)).toThrow(refusal);
  await expect(verifyFile(path, { bytes: 3, digests: { md5: MD5 } })).rejects.toEqual(refusal);
  expect(await verifyFile(path, { bytes: 3, digests: { sha256: SHA256 } })).toBe("verified");
});

test("it is told before a byte is fetched", async () => {
  const scene = await setScene({ "a.bin": 10, "b.bin": 10 });
  expect(await scene.download()).toMatchObject({ fetched: 2 });
  scene.files[1] = { ...scene.files[1]!, path: "c.bin", digests: { md5: MD5 } };
  const { connections } = scene.server;
  await expect(scene.download()).rejects.toEqual(refusal);
  expect(scene.server.connections).toBe(connections);
});
