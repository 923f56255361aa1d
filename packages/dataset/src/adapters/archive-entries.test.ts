import { mkdir, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { FileError } from "@covidxr/core";
import { expect, test } from "@jest/globals";
import { archiveBytes, changeHeader, expectFault, rename, writeArchive } from "../testing/archives.js";
import { readTree, temporaryFolder } from "../testing/folders.js";
import { unpackArchive } from "./unpack-archive.js";

test.each([
  ["../../etc/x", /leave the folder/],
  ["a/../../../x", /leave the folder/],
  ["/etc/passwd", /absolute/],
  ["C:/passwd", /has one of/],
  ["a\\..\\..\\x", /backslash/],
  ["a\0.jpeg", /control character/],
  ["a\u001b[2J", /"a\\u001b\[2J" has a control character/],
  ["a//b.jpeg", /empty name/],
  ["./a.jpeg", /leave the folder/],
  ["..", /leave the folder/],
  ["__MACOSX/../../x", /leave the folder/],
  ["b.png:evil", /has one of/],
  ["con", /device/],
  ["a/NUL.png", /device/],
  ["a.png.", /ends in a dot/],
  ["a.png ", /ends in a space/],
  ["a /b.png", /ends in a space/],
  ["a.png.covidxr-part", /ends in .covidxr-part/],
])("an entry %j refuses the archive before a byte is written", async (name, fault) => {
  const placeholder = "#".repeat(name.length);
  const bytes = await archiveBytes([
    { path: "good.jpeg", content: "good" },
    { path: placeholder, content: "evil" },
  ]);
  await expectFault(rename(bytes, placeholder, name), {
    reason: "corrupt",
    message: expect.stringMatching(fault) as unknown as string,
  });
  await expect(unpackArchive(await writeArchive(bytes), await temporaryFolder())).resolves.toMatchObject({
    written: 2,
  });
});

test.each([
  ["a link", 0o120777],
  ["a pipe", 0o010644],
  ["a device", 0o060644],
])("%s refuses the archive", async (_, mode) => {
  const link = (given: number) => archiveBytes([{ path: "a", content: "/etc/passwd", mode: given }]);
  await expectFault(await link(mode), {
    reason: "corrupt",
    message: expect.stringContaining("link or a device") as unknown as string,
  });
  await unpackArchive(await writeArchive(await link(0o100755)), await temporaryFolder());
});

test.each([
  ["a.jpeg", "A.JPEG"],
  ["a.jpeg", "a.jpeg"],
  ["x/é.png", "x/e\u0301.png"],
  ["x", "x/a.png"],
  ["X/a.png", "x"],
])("%s and %s would take one place", async (first, second) => {
  const archive = await archiveBytes([{ path: first }, { path: second }]);
  await expectFault(archive, {
    reason: "corrupt",
    message: expect.stringContaining("take one place") as unknown as string,
  });
  const apart = await archiveBytes([{ path: first }, { path: `other/${second}` }]);
  await expect(unpackArchive(await writeArchive(apart), await temporaryFolder())).resolves.toMatchObject({
    written: 2,
  });
});

test("an entry with another name, method or encryption in its own header is refused", async () => {
  const bytes = await archiveBytes([{ path: "good.jpeg", content: "good", compress: false }]);
  const local = (change: (header: Buffer) => void): Buffer => {
    const changed = Buffer.from(bytes);
    change(changed);
    return changed;
  };
  const faults: readonly (readonly [string, Buffer])[] = [
    ["another name", local((header) => header.write("evil", 30))],
    ["another method", local((header) => header.writeUInt16LE(8, 8))],
    ["another encryption", local((header) => header.writeUInt16LE(header.readUInt16LE(6) | 1, 6))],
  ];
  for (const [fault, changed] of faults) {
    await expectFault(changed, {
      reason: "corrupt",
      message: expect.stringContaining(`entry "good.jpeg" has ${fault}`) as unknown as string,
    });
  }
});

test("a link in the folder is not followed, nor replaced", async () => {
  const archive = await writeArchive(await archiveBytes([{ path: "images/a.jpeg", content: "new" }]));
  const outside = await temporaryFolder({ "a.jpeg": "old" });
  for (const [target, link] of [
    [outside, "images"],
    [join(outside, "a.jpeg"), "images/a.jpeg"],
    [join(outside, "nothing"), "images/a.jpeg"],
  ] as const) {
    const folder = await temporaryFolder();
    await mkdir(dirname(join(folder, link)), { recursive: true });
    await symlink(target, join(folder, link));
    const failure = unpackArchive(archive, folder);
    await expect(failure).rejects.toBeInstanceOf(FileError);
    await expect(failure).rejects.toMatchObject({ path: join(folder, link), reason: "different" });
    expect(await readTree(outside)).toEqual({ "a.jpeg": "old" });
  }
});

test("an encrypted entry, and one of an unknown method, are told", async () => {
  const bytes = await archiveBytes([{ path: "a.jpeg", content: "radiograph" }]);
  const fault = (words: string) => ({
    reason: "corrupt" as const,
    message: expect.stringContaining(words) as unknown as string,
  });
  await expectFault(
    changeHeader(bytes, 0, (header) => header.writeUInt16LE(header.readUInt16LE(8) | 1, 8)),
    fault("is encrypted"),
  );
  await expectFault(
    changeHeader(bytes, 0, (header) => header.writeUInt16LE(header.readUInt16LE(8) | 0x41, 8)),
    fault("encryption"),
  );
  await expectFault(
    changeHeader(bytes, 0, (header) => header.writeUInt16LE(14, 10)),
    fault("unknown method (14)"),
  );
});

test("what macOS adds is left out, whatever it is called", async () => {
  const placeholder = "__MACOSX/Icon#";
  const bytes = await archiveBytes([{ path: "a.png" }, { path: placeholder }, { path: "Icon#" }]);
  const archive = await writeArchive(rename(bytes, "Icon#", "Icon\r"));
  expect(await unpackArchive(archive, await temporaryFolder())).toMatchObject({
    written: 1,
    leftOut: [expect.objectContaining({ count: 2 })],
  });
});
