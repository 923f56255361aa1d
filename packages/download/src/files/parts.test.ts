import { mkdirSync, readdirSync, readFileSync, rmdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { setScene } from "../testing/scene.js";
import { LOCK_NAME } from "./lock-folder.js";
import { PART_SUFFIX, removePart } from "./part-file.js";

// What stands under the name of a part, and is none.

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

test("a folder that comes to a part's place later is not removed either", async () => {
  const scene = await setScene({ "a.bin": 1000 }, () => ({ kind: "status", status: 404 }));
  const path = join(scene.folder, `a.bin${PART_SUFFIX}`);
  const other = await setScene({ "a.bin": scene.contents.get("a.bin")! });
  scene.files[0] = { ...scene.files[0]!, urls: [...scene.files[0]!.urls, ...other.files[0]!.urls] };
  const download = scene.download({ onPlan: () => void mkdirSync(path) });
  await expect(download).rejects.toMatchObject({ reason: "different", path });
  expect(readdirSync(scene.folder)).toEqual([`a.bin${PART_SUFFIX}`]);
});

test("a file that merely ends in .part is somebody else's", async () => {
  const scene = await setScene({ "a.bin": 1000 });
  scene.put("a.bin.part", Buffer.from("mine"));
  expect(await scene.download()).toMatchObject({ fetched: 1, transferredBytes: 1000 });
  expect(scene.get("a.bin.part")).toEqual(Buffer.from("mine"));
});

test("a part that is a link leads nowhere; the link alone is removed", async () => {
  const scene = await setScene({ "a.bin": 1000 });
  scene.put("elsewhere", Buffer.from("precious"));
  symlinkSync(join(scene.folder, "elsewhere"), join(scene.folder, `a.bin${PART_SUFFIX}`));
  expect(await scene.download()).toMatchObject({ fetched: 1 });
  expect(scene.get("elsewhere")).toEqual(Buffer.from("precious"));
});

test("parts of files that stand verified are swept away, also while others are fetched", async () => {
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

test("a part beside a verified file stays while another process has the folder, and a folder there always", async () => {
  const scene = await setScene({ "a.bin": 1000, "b.bin": 1000 });
  await scene.download();
  scene.put(`a.bin${PART_SUFFIX}`, Buffer.from("x"));
  mkdirSync(join(scene.folder, `b.bin${PART_SUFFIX}`));
  const lock = join(scene.folder, LOCK_NAME);
  mkdirSync(lock);
  expect(await scene.download()).toMatchObject({ present: 2 });
  expect(scene.partOf("a.bin")).toBe(1);
  rmdirSync(lock);
  expect(await scene.download()).toMatchObject({ present: 2 });
  expect(readdirSync(scene.folder).sort()).toEqual(["a.bin", "b.bin", `b.bin${PART_SUFFIX}`]);
});
