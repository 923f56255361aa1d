import { spawnSync } from "node:child_process";
import crypto, { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, jest, test } from "@jest/globals";
import { gate, randomContent, setScene, until } from "../testing/scene.js";
import { compareFile, openDigest, verifyFile } from "./digests.js";
import { inParallel } from "./survey-files.js";

const folder = mkdtempSync(join(tmpdir(), "covidxr-verify-"));
const path = join(folder, "a.bin");

// Published values: FIPS 180-2 and RFC 1321 of "abc"; `printf abc | git hash-object --stdin`.
const ABC = {
  bytes: 3,
  digests: {
    sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    gitBlobSha1: "f2ba8f84ab5c1bce84a7b441cb1959cfc7093b7f",
    md5: "900150983cd24fb0d6963f7d28e17f72",
  },
};

test("published digests of abc", async () => {
  writeFileSync(path, "abc");
  expect(await verifyFile(path, ABC)).toBe("verified");
  for (const [name, digest] of Object.entries(ABC.digests)) {
    expect(await verifyFile(path, { bytes: 3, digests: { [name]: digest } })).toBe("verified");
    const wrong = { ...ABC.digests, [name]: digest.replace(/.$/, (digit) => (digit === "0" ? "1" : "0")) };
    expect(await verifyFile(path, { bytes: 3, digests: wrong })).toBe("different");
  }
  expect(await compareFile(path, { ...ABC, bytes: 4 })).toEqual({
    state: "different",
    difference: "expected 4 bytes, got 3",
  });
});

test("a file of several pieces, with its last byte altered and without", async () => {
  const content = randomContent(2_500_000);
  const expected = {
    bytes: content.length,
    digests: { sha256: createHash("sha256").update(content).digest("hex") },
  };
  writeFileSync(path, content);
  expect(await verifyFile(path, expected)).toBe("verified");
  content[content.length - 1]! ^= 1;
  writeFileSync(path, content);
  expect(await verifyFile(path, expected)).toBe("different");
});

test("a missing file is absent, a folder is different", async () => {
  expect(await verifyFile(join(folder, "nothing"), ABC)).toBe("absent");
  writeFileSync(path, "abc");
  expect(await verifyFile(join(path, "below a file"), ABC)).toBe("absent");
  mkdirSync(join(folder, "folder"), { recursive: true });
  expect(await verifyFile(join(folder, "folder"), ABC)).toBe("different");
});

test("work in parallel keeps to its number, and ends what was started after a failure", async () => {
  let running = 0;
  let most = 0;
  const ended: number[] = [];
  const { opened, open } = gate();
  const work = inParallel([0, 1, 2, 3, 4, 5, 6, 7], 3, async (item) => {
    most = Math.max(most, ++running);
    // The failure comes while two others are under way, which end after it.
    if (item === 3) {
      await until(() => running === 3);
      open();
      throw new Error(`${--running} others`);
    }
    if (item > 3) await opened;
    running--;
    ended.push(item);
  });
  await expect(work).rejects.toThrow("2 others");
  expect([most, running]).toEqual([3, 0]);
  expect(ended.sort()).toEqual([0, 1, 2, 4, 5]);
});

test("a pipe is not a file, and is not waited for", async () => {
  const path = join(mkdtempSync(join(tmpdir(), "covidxr-")), "pipe");
  if (spawnSync("mkfifo", [path]).status !== 0) return; // No pipes with names on this platform.
  expect(await verifyFile(path, { bytes: 1, digests: { sha256: "0".repeat(64) } })).toBe("different");
});

describe("a Node without MD5, as in FIPS mode", () => {
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

  const refusal = expect.objectContaining({
    name: "InvalidArgumentError",
    parameter: "digests",
    value: "md5",
    message: expect.stringContaining("got MD5, which it or its OpenSSL forbids"),
  });

  test("that digest is an error of its own, and only where it is requested", async () => {
    expect(() => openDigest("md5", 0)).toThrow(refusal);
    await expect(verifyFile(path, { bytes: 3, digests: { md5: ABC.digests.md5 } })).rejects.toEqual(refusal);
    expect(await verifyFile(path, { bytes: 3, digests: { sha256: ABC.digests.sha256 } })).toBe("verified");
  });

  test("it is reported before a byte is downloaded", async () => {
    const scene = await setScene({ "a.bin": 10, "b.bin": 10 });
    expect(await scene.download()).toMatchObject({ fetched: 2 });
    scene.files[1] = { ...scene.files[1]!, path: "c.bin", digests: { md5: ABC.digests.md5 } };
    const { connections } = scene.server;
    await expect(scene.download()).rejects.toEqual(refusal);
    expect(scene.server.connections).toBe(connections);
  });
});
