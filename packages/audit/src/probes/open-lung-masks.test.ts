import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FileError, ImageError, InvalidArgumentError } from "@covidxr/core";
import { encodeImage } from "@covidxr/image";
import { beforeEach, describe, expect, test } from "@jest/globals";
import { openLungMasks } from "./open-lung-masks.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "covidxr-masks-"));
});

async function write(name: string, values: readonly number[]): Promise<void> {
  const image = { width: values.length, height: 1, data: Uint8Array.from(values) };
  await writeFile(join(folder, name), await encodeImage(image, { format: "png" }));
}

describe("openLungMasks", () => {
  test("finds masks by the names of the images", async () => {
    await write("a.png", [0, 255, 1]);
    await write("b.v2_mask.PNG", [7, 0]);
    await writeFile(join(folder, "notes.txt"), "not a mask");
    await mkdir(join(folder, "c.png"));
    const masks = await openLungMasks(folder);
    expect(masks.folder).toBe(folder);
    expect(masks.stems).toEqual(["a", "b.v2"]);
    expect(await masks.maskOf("images/a.jpeg")).toEqual({
      width: 3,
      height: 1,
      data: Uint8Array.of(0, 255, 1),
    });
    expect(await masks.maskOf("b.v2.jpg")).toMatchObject({ width: 2, data: Uint8Array.of(7, 0) });
    for (const without of ["c.jpg", "notes.txt", "b.jpg", "a_mask.png"]) {
      expect(await masks.maskOf(without)).toBeUndefined();
    }
  });

  test("counts coloured pixels as lung, too", async () => {
    const image = { width: 2, height: 1, data: Uint8Array.of(0, 0, 9, 0, 0, 0) };
    await writeFile(join(folder, "a.png"), await encodeImage(image, { format: "png" }));
    const mask = await (await openLungMasks(folder)).maskOf("a.png");
    expect(mask!.data).toEqual(Uint8Array.of(9, 0));
  });

  test("refuses two masks of one name, and a folder without any", async () => {
    const empty = openLungMasks(folder);
    await expect(empty).rejects.toBeInstanceOf(InvalidArgumentError);
    await expect(empty).rejects.toMatchObject({ parameter: "folder", value: folder });
    await write("a.png", [1]);
    await write("a_mask.png", [1]);
    const twice = openLungMasks(folder);
    await expect(twice).rejects.toBeInstanceOf(InvalidArgumentError);
    await expect(twice).rejects.toThrow(/one mask of "a", got a\.png and a_mask\.png/);
  });

  test.each([
    { name: "absent", reason: "missing" },
    { name: "file", reason: "not-a-directory" },
  ])("refuses a folder that is $reason", async ({ name, reason }) => {
    await writeFile(join(folder, "file"), "");
    const opened = openLungMasks(join(folder, name));
    await expect(opened).rejects.toBeInstanceOf(FileError);
    await expect(opened).rejects.toMatchObject({ path: join(folder, name), reason });
  });

  test("names a mask that cannot be decoded or is gone", async () => {
    await writeFile(join(folder, "a.png"), "no image");
    await write("b.png", [1]);
    const masks = await openLungMasks(folder);
    const broken = masks.maskOf("a.jpg");
    await expect(broken).rejects.toBeInstanceOf(ImageError);
    await expect(broken).rejects.toMatchObject({ image: join(folder, "a.png") });
    await rm(join(folder, "b.png"));
    const gone = masks.maskOf("b.jpg");
    await expect(gone).rejects.toBeInstanceOf(FileError);
    await expect(gone).rejects.toMatchObject({ path: join(folder, "b.png"), reason: "unreadable" });
  });
});
