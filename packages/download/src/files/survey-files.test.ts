import {
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { FileError } from "@covidxr/core";
import { expect, test } from "@jest/globals";
import type { DownloadOptions } from "../options.js";
import { type Scene, setScene } from "../testing/scene.js";
import { verifyFile } from "./digests.js";
import { LOCK_NAME } from "./lock-folder.js";
import { PART_SUFFIX, removePart } from "./part-file.js";

// What is in the way, reported all at once and before any request.

async function refusal(scene: Scene, options: DownloadOptions = {}): Promise<FileError> {
  const error = await scene.download(options).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(FileError);
  expect(scene.server.connections).toBe(0);
  return error as FileError;
}

test("all files that differ are counted, five are named, and the first one with what differs", async () => {
  const paths = Array.from({ length: 7 }, (_, i) => `${i}.bin`);
  const scene = await setScene(Object.fromEntries(paths.map((path) => [path, 5])));
  for (const path of paths.slice(1)) scene.put(path, Buffer.from("not it"));
  const { path, reason, message } = await refusal(scene);
  expect([path, reason]).toEqual([join(scene.folder, "1.bin"), "different"]);
  expect(message).toBe(
    `${path}: 6 files differ from the published ones, such as 1.bin (expected 5 bytes, got 6), 2.bin, 3.bin, 4.bin, ` +
      '5.bin; move them away, or replace them with existing: "replace"',
  );
});

test("replaced files are listed, except those that no address has", async () => {
  const scene = await setScene({ "a.bin": 5, "b.bin": 5, "c.bin": 5 }, ({ path }) =>
    path === "/b.bin" ? { kind: "status", status: 404 } : undefined,
  );
  scene.put("a.bin", Buffer.from("mine"));
  scene.put("b.bin", Buffer.from("mine"));
  const plans: (readonly string[])[] = [];
  const result = await scene.download({
    existing: "replace",
    absent: "skip",
    onPlan: ({ replaced }) => void plans.push(replaced),
  });
  expect(plans).toEqual([["a.bin", "b.bin"]]);
  expect(result).toMatchObject({ replaced: ["a.bin"], notFound: [{ path: "b.bin" }], fetched: 2 });
});

test("a folder under a final name is never replaced, and reported beside other content", async () => {
  const scene = await setScene({ "a.bin": 5, "b.bin": 5 });
  scene.put("a.bin", Buffer.from("mine"));
  mkdirSync(join(scene.folder, "b.bin"));
  const replace = await refusal(scene, { existing: "replace" });
  expect([replace.reason, replace.path]).toEqual(["different", join(scene.folder, "b.bin")]);
  expect(replace.message).toContain("expected a file, got a folder; move it away");
  const { message } = await refusal(scene);
  expect(message).toMatch(
    /such as a\.bin \(expected 5 bytes, got 4\), b\.bin \(expected a file, got a folder\); move them away$/,
  );
});

test.each(["refuse", "replace"] as const)(
  "a dangling link under a final name is kept (%s)",
  async (existing) => {
    const scene = await setScene({ "a.bin": 5 });
    const path = join(scene.folder, "a.bin");
    symlinkSync("/no such disk/a.bin", path);
    const error = await refusal(scene, { existing });
    expect([error.reason, error.path]).toEqual(["different", path]);
    expect(error.message).toContain(
      "expected a file, got a link to /no such disk/a.bin, which does not exist; mount its disk or remove the link",
    );
    expect(readlinkSync(path)).toBe("/no such disk/a.bin");
    expect(await verifyFile(path, scene.files[0]!)).toBe("different");
  },
);

test("a link to a file is followed", async () => {
  const scene = await setScene({ "a.bin": 5 });
  scene.put("elsewhere", scene.contents.get("a.bin")!);
  symlinkSync("elsewhere", join(scene.folder, "a.bin"));
  expect(await scene.download()).toMatchObject({ present: 1 });
});

test("a file or a dangling link where a folder is needed is reported once, in words", async () => {
  const scene = await setScene({ "sub/a.bin": 5, "sub/deep/b.bin": 5, "gone/c.bin": 5, "d.bin": 5 });
  scene.put("sub", Buffer.from("mine"));
  const one = await refusal(scene);
  expect([one.reason, one.path]).toEqual(["not-a-directory", join(scene.folder, "sub")]);
  expect(one.message).toContain("expected a folder, got a file; move it away");

  const gone = join(scene.folder, "gone");
  symlinkSync("/no such disk", gone);
  const both = await refusal(scene, { existing: "replace" });
  expect(both.message).toContain("2 files differ from the published ones");
  expect(both.message).toContain(
    `${gone} (expected a folder, got a link to /no such disk, which does not exist); ` +
      "move them away; mount its disk or remove the link",
  );
  expect(readdirSync(scene.folder).sort()).toEqual(["gone", "sub"]);
});

// What has the name of a part, and is none.

test.each(["refuse", "replace"] as const)(
  "a folder in a part's place is never removed (%s)",
  async (existing) => {
    const scene = await setScene({ "a.bin": 1000, "b.bin": 1000 });
    scene.put(`b.bin${PART_SUFFIX}/precious`, Buffer.from("mine"));
    const path = join(scene.folder, `b.bin${PART_SUFFIX}`);
    await expect(scene.download({ existing })).rejects.toMatchObject({
      name: "FileError",
      reason: "different",
      path,
      message: expect.stringMatching(/got a folder; move it away$/),
    });
    await expect(removePart(path)).rejects.toMatchObject({ reason: "different", path });
    expect([readFileSync(join(path, "precious"), "utf8"), scene.server.connections]).toEqual(["mine", 0]);
  },
);

test("a folder that appears in a part's place later is not removed either", async () => {
  const scene = await setScene({ "a.bin": 1000 }, () => ({ kind: "status", status: 404 }));
  const path = join(scene.folder, `a.bin${PART_SUFFIX}`);
  const other = await setScene({ "a.bin": scene.contents.get("a.bin")! });
  scene.files[0] = { ...scene.files[0]!, urls: [...scene.files[0]!.urls, ...other.files[0]!.urls] };
  const download = scene.download({ onPlan: () => void mkdirSync(path) });
  await expect(download).rejects.toMatchObject({ reason: "different", path });
  expect(readdirSync(scene.folder)).toEqual([`a.bin${PART_SUFFIX}`]);
});

test("a file that just ends in .part belongs to somebody else", async () => {
  const scene = await setScene({ "a.bin": 1000 });
  scene.put("a.bin.part", Buffer.from("mine"));
  expect(await scene.download()).toMatchObject({ fetched: 1, transferredBytes: 1000 });
  expect(scene.get("a.bin.part")).toEqual(Buffer.from("mine"));
});

test("a part that is a link is not followed; only the link is removed", async () => {
  const scene = await setScene({ "a.bin": 1000 });
  scene.put("elsewhere", Buffer.from("precious"));
  symlinkSync(join(scene.folder, "elsewhere"), join(scene.folder, `a.bin${PART_SUFFIX}`));
  expect(await scene.download()).toMatchObject({ fetched: 1 });
  expect(scene.get("elsewhere")).toEqual(Buffer.from("precious"));
});

test("parts of files that are verified are removed, also while others are downloaded", async () => {
  const scene = await setScene({ "a.bin": 1000, "b.bin": 1000 });
  const leave = () => {
    for (const [path, content] of scene.contents) {
      if (scene.get(path)) scene.put(`${path}${PART_SUFFIX}`, content.subarray(0, 10));
    }
  };
  scene.put("a.bin", scene.contents.get("a.bin")!);
  leave();
  expect(await scene.download()).toMatchObject({ present: 1, fetched: 1 });
  expect(readdirSync(scene.folder).sort()).toEqual(["a.bin", "b.bin"]);
  leave();
  expect(await scene.download()).toMatchObject({ present: 2 });
  expect(readdirSync(scene.folder).sort()).toEqual(["a.bin", "b.bin"]);
});

test("a part beside a verified file stays while another process has the folder, and a folder there always stays", async () => {
  const scene = await setScene({ "a.bin": 1000, "b.bin": 1000 });
  await scene.download();
  scene.put(`a.bin${PART_SUFFIX}`, Buffer.from("x"));
  mkdirSync(join(scene.folder, `b.bin${PART_SUFFIX}`));
  const lock = join(scene.folder, LOCK_NAME);
  mkdirSync(lock);
  writeFileSync(join(lock, "token of another process"), "");
  expect(await scene.download()).toMatchObject({ present: 2 });
  expect(scene.partOf("a.bin")).toBe(1);
  rmSync(lock, { recursive: true });
  expect(await scene.download()).toMatchObject({ present: 2 });
  expect(readdirSync(scene.folder).sort()).toEqual(["a.bin", "b.bin", `b.bin${PART_SUFFIX}`]);
});
