import { mkdirSync, readdirSync, readlinkSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { FileError } from "@covidxr/core";
import { expect, test } from "@jest/globals";
import { type Scene, setScene } from "../testing/scene.js";
import type { DownloadOptions } from "./download-options.js";
import { verifyFile } from "./verify-file.js";

// What stands in the way, told all at once and before any request.

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
      '5.bin; move them away, or have them replaced (existing: "replace"; --replace)',
  );
});

test("replaced files are named, those that no address has excepted", async () => {
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

test("a folder under a final name is never replaced, and told beside other content", async () => {
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
  "a link to nothing under a final name is kept (%s)",
  async (existing) => {
    const scene = await setScene({ "a.bin": 5 });
    const path = join(scene.folder, "a.bin");
    symlinkSync("/no such disk/a.bin", path);
    const error = await refusal(scene, { existing });
    expect([error.reason, error.path]).toEqual(["different", path]);
    expect(error.message).toContain(
      "expected a file, got a link to /no such disk/a.bin, which is not there; mount its disk or remove the link",
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

test("a file or a link to nothing where a folder is to be is told once, in words", async () => {
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
    `${gone} (expected a folder, got a link to /no such disk, which is not there); ` +
      "move them away; mount its disk or remove the link",
  );
  expect(readdirSync(scene.folder).sort()).toEqual(["gone", "sub"]);
});
