import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, readFile, readlink, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { FileError } from "../errors.js";
import { writeFileAtomic } from "../files.js";
import { checkFreeSpace, diskError } from "./disk.js";

const failure = (code: string) => Object.assign(new Error(`${code}: words of the system`), { code });

test("a full disk, a quota and a limit say what is needed; other faults what to do", () => {
  const words = (code: string, bytes?: number) =>
    diskError("/a", failure(code), bytes === undefined ? {} : { bytes }).message;
  expect(words("ENOSPC", 5e6)).toBe(
    "/a: no space left on the disk; free 5.0 MB and run again: what is complete is kept",
  );
  expect(words("ENOSPC")).toContain("free space and run again");
  expect(words("EDQUOT", 1500)).toContain("quota on this disk is used up; free 1.5 kB");
  expect(words("EFBIG", 5e6)).toContain("files of this length; allow 5.0 MB (ulimit -f)");
  expect(words("EROFS")).toContain("read-only");
  expect(words("EACCES")).toContain("choose a folder that you may write to");
  expect(words("EBUSY")).toContain("cannot be written (EBUSY: words of the system)");
  const reading = diskError("/a", failure("EACCES"), { reason: "unreadable" });
  expect(reading).toMatchObject({ reason: "unreadable", path: "/a", cause: { code: "EACCES" } });
  expect(reading.message).toContain("the right to read it");
  const known = new FileError({ path: "/b", reason: "corrupt", message: "known" });
  expect(diskError("/a", known)).toBe(known);
});

test("free space is compared with what is still to come", async () => {
  const folder = await mkdtemp(join(tmpdir(), "covidxr-"));
  await checkFreeSpace(folder, 0);
  await checkFreeSpace(join(folder, "no such folder"), 1e18);
  await expect(checkFreeSpace(folder, 1e18)).rejects.toMatchObject({ reason: "unwritable" });
});

test("a link at the final name is replaced, not written through", async () => {
  const folder = await mkdtemp(join(tmpdir(), "covidxr-"));
  await writeFile(join(folder, "own"), "own");
  await symlink("own", join(folder, "link"));
  await writeFileAtomic(join(folder, "link"), "new");
  expect(await readFile(join(folder, "own"), "utf8")).toBe("own");
  expect(await readFile(join(folder, "link"), "utf8")).toBe("new");
  await expect(readlink(join(folder, "link"))).rejects.toMatchObject({ code: "EINVAL" });
});

// Bash counts in units of 1024 bytes. The kernel then writes a part of a file, and refuses the rest.
(process.platform === "linux" ? test : test.skip)(
  "a file that is cut by a limit is an error, and leaves the earlier one",
  async () => {
    const folder = await mkdtemp(join(tmpdir(), "covidxr-"));
    const path = join(folder, "a");
    await writeFile(path, "earlier");
    const program = `
      import { writeFileAtomic } from "./packages/core/src/files.ts";
      await writeFileAtomic(${JSON.stringify(path)}, new Uint8Array(100_000)).catch((error) => {
        console.log(JSON.stringify([error.name, error.reason, error.message]));
      });`;
    const node = [process.execPath, "--import", "tsx", "--input-type=module", "-e", program];
    const { stdout } = spawnSync("bash", ["-c", 'ulimit -f 50 && exec "$@"', "bash", ...node], {
      encoding: "utf8",
    });
    expect(JSON.parse(stdout)).toEqual([
      "FileError",
      "unwritable",
      expect.stringMatching(/does not allow files of this length; allow 100\.0 kB/),
    ]);
    expect([await readdir(folder), await readFile(path, "utf8")]).toEqual([["a"], "earlier"]);
  },
);
