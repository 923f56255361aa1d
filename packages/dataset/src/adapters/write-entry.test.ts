import { utimes } from "node:fs/promises";
import { join } from "node:path";
import { expect, jest, test } from "@jest/globals";
import { archiveBytes, writeArchive } from "../testing/archives.js";
import { readTree, temporaryFolder } from "../testing/folders.js";
import { unpackArchive } from "./unpack-archive.js";

test("unpackers of one number, as in two containers, keep their parts apart", async () => {
  const folder = await temporaryFolder();
  const contents = ["one ", "other "].map((word) => word.repeat(100_000));
  await Promise.all(
    contents.map(async (content, index) => {
      const archive = await writeArchive(await archiveBytes([{ path: `${index}.png`, content }]));
      let unpack = unpackArchive;
      // Each has the module for itself, as a process does, and all have one process' number.
      await jest.isolateModulesAsync(async () => {
        ({ unpackArchive: unpack } = await import("./unpack-archive.js"));
      });
      await unpack(archive, folder);
    }),
  );
  expect(await readTree(folder)).toEqual({ "0.png": contents[0], "1.png": contents[1] });
});

test("parts that were left behind are removed, those of others at work are not", async () => {
  const part = (digit: string) => `.${digit.repeat(8)}-0000-4000-8000-000000000000.covidxr-part`;
  const [old, fresh] = [`chest_xray/train/NORMAL/${part("a")}`, `chest_xray/train/NORMAL/${part("b")}`];
  const others = { "chest_xray/.a.covidxr-part": "", [`elsewhere/${part("c")}`]: "" };
  const folder = await temporaryFolder({ [old]: "torn", [fresh]: "coming", ...others });
  const longAgo = new Date(2020, 0, 1);
  for (const path of [old, ...Object.keys(others)]) await utimes(join(folder, path), longAgo, longAgo);
  await unpackArchive(
    await writeArchive(await archiveBytes([{ path: "chest_xray/train/NORMAL/a.jpeg", content: "a" }])),
    folder,
  );
  expect(await readTree(folder)).toEqual({
    "chest_xray/train/NORMAL/a.jpeg": "a",
    [fresh]: "coming",
    ...others,
  });
});
