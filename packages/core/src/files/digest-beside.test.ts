import { createHash } from "node:crypto";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, test } from "@jest/globals";
import { FileError } from "../errors.js";
import { checkDigestBeside, writeDigestBeside } from "./digest-beside.js";

const SHA256 = createHash("sha256").update("weights").digest("hex");
let path: string;
beforeEach(async () => {
  path = join(await mkdtemp(join(tmpdir(), "covidxr-")), "model.onnx");
  await writeFile(path, "weights");
});

test("a digest beside a file is what sha256sum writes, and says whether the content is the same", async () => {
  expect(await checkDigestBeside(path, SHA256)).toBe(false);
  await writeDigestBeside(path, SHA256);
  expect(await readFile(`${path}.sha256`, "utf8")).toBe(`${SHA256}  model.onnx\n`);
  expect(await checkDigestBeside(path, SHA256)).toBe(true);
  const other = checkDigestBeside(path, "0".repeat(64));
  await expect(other).rejects.toBeInstanceOf(FileError);
  await expect(other).rejects.toMatchObject({ path, reason: "corrupt" });
});

test.each([
  ["binary mode", `${SHA256} *model.onnx\n`],
  ["Windows", `${SHA256.toUpperCase()}  C:\\model.onnx\r\n`],
  ["the digest alone", SHA256],
])("reads a digest of %s", async (_, text) => {
  await writeFile(`${path}.sha256`, text);
  expect(await checkDigestBeside(path, SHA256)).toBe(true);
});

test.each(["", "sha256", `${SHA256}0`, `${SHA256}  a\n${SHA256}  b\n`])("%j is refused", async (text) => {
  await writeFile(`${path}.sha256`, text);
  await expect(checkDigestBeside(path, SHA256)).rejects.toMatchObject({
    path: `${path}.sha256`,
    reason: "corrupt",
  });
});
