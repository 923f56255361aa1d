import { spawnSync } from "node:child_process";
import { chmodSync } from "node:fs";
import { join } from "node:path";
import { FileError } from "@covidxr/core";
import { expect, test } from "@jest/globals";
import { downloadFiles } from "../download-files.js";
import { runInProcess } from "../testing/run-in-process.js";
import { gate, setScene } from "../testing/scene.js";

// Full, read-only and limited disks: real ones, with real errors of the kernel.

const SIZE = 3_000_000;
const NAMESPACE = ["unshare", "--user", "--map-root-user", "--mount", "--propagation", "private"];
const canMount =
  spawnSync(NAMESPACE[0]!, [...NAMESPACE.slice(1), "mount", "-t", "tmpfs", "none", "/mnt"]).status === 0;

/** A test on a small disk of its own; skipped with a warning where processes may not mount one. */
const testOnDisk: typeof test = canMount ? test : (test.skip as typeof test);
if (!canMount)
  console.warn("no small disk can be mounted here (unshare, tmpfs): tests of a full disk are skipped");

/** Command that mounts a tmpfs on a folder for the program that follows, seen by it alone. */
const onDisk = (folder: string, options: string): string[] => [
  ...NAMESPACE,
  "sh",
  "-c",
  `mount -t tmpfs -o ${options} none '${folder}' && exec "$@"`,
  "sh",
];

testOnDisk(
  "a disk that fills up: the part keeps what was received, and resumes once there is room",
  async () => {
    const { opened, open } = gate();
    const scene = await setScene({ "a.bin": SIZE }, () => ({
      kind: "stall",
      after: 1_000_000,
      until: opened,
    }));
    const run = runInProcess(
      { files: scene.files, folder: scene.folder, fillDisk: true },
      {
        wrap: onDisk(scene.folder, "size=8m"),
        onLine: (line) => void (line === "full" && open()),
      },
    );
    const outcome = (await run.outcome)!;
    expect(outcome.error).toMatchObject({
      name: "FileError",
      reason: "unwritable",
      path: join(scene.folder, "a.bin.covidxr-part"),
    });
    expect(outcome.error!.message).toMatch(
      /no space left on the disk; free \d\.\d MB and run again: what is complete is kept/,
    );
    const held = outcome.found!["a.bin.covidxr-part"]!;
    expect(outcome.found).toEqual({ "a.bin.covidxr-part": held });
    expect(held).toBeGreaterThan(0);
    expect(held).toBeLessThan(SIZE);
    expect(outcome.second).toEqual({ transferredBytes: SIZE - held, found: { "a.bin": SIZE } });
  },
);

testOnDisk("a disk that is too small is refused before a byte moves", async () => {
  const scene = await setScene({ "a.bin": SIZE });
  const run = runInProcess(
    { files: scene.files, folder: scene.folder },
    { wrap: onDisk(scene.folder, "size=1m") },
  );
  const outcome = (await run.outcome)!;
  expect(outcome.error).toMatchObject({ name: "FileError", reason: "unwritable", path: scene.folder });
  expect(outcome.error!.message).toMatch(/3\.0 MB still to come, 1\.\d MB free/);
  expect([run.lines[0], outcome.found, scene.server.connections]).toEqual(["plan", {}, 0]);
});

testOnDisk("a read-only disk is refused", async () => {
  const scene = await setScene({ "a.bin": SIZE });
  const run = runInProcess(
    { files: scene.files, folder: scene.folder },
    { wrap: onDisk(scene.folder, "ro") },
  );
  const { error } = (await run.outcome)!;
  expect(error).toMatchObject({ name: "FileError", reason: "unwritable" });
  expect(error!.message).toContain("the disk is read-only");
  expect(scene.server.connections).toBe(0);
});

(process.platform === "linux" ? test : test.skip)(
  "a limit on the length of files: the part stays",
  async () => {
    const scene = await setScene({ "a.bin": SIZE });
    // In units of 512 bytes; 1,024,000 bytes.
    const wrap = ["sh", "-c", 'ulimit -f 2000 && exec "$@"', "sh"];
    const run = runInProcess({ files: scene.files, folder: scene.folder }, { wrap });
    const outcome = (await run.outcome)!;
    expect(outcome.error).toMatchObject({ name: "FileError", reason: "unwritable" });
    expect(outcome.error!.message).toContain("does not allow files of this length");
    expect([scene.partOf("a.bin"), scene.get("a.bin")]).toEqual([2000 * 512, undefined]);
    expect(await scene.download()).toMatchObject({ transferredBytes: SIZE - 2000 * 512 });
  },
);

(process.platform === "win32" ? test.skip : test)("a folder without permission is refused", async () => {
  const scene = await setScene({ "a.bin": 10 });
  chmodSync(scene.folder, 0o555);
  const isRoot = process.getuid?.() === 0;
  const run = runInProcess({ files: scene.files, folder: scene.folder, ...(isRoot ? { user: 65534 } : {}) });
  const { error } = (await run.outcome)!;
  chmodSync(scene.folder, 0o755);
  expect(error).toMatchObject({ name: "FileError", reason: "unwritable" });
  expect(error!.message).toContain("permission denied");
  expect(scene.server.connections).toBe(0);
});

test("a folder below a file, and a file where a folder is needed, are refused", async () => {
  const scene = await setScene({ "sub/a.bin": 10 });
  scene.put("file", Buffer.from("x"));
  const below = join(scene.folder, "file", "folder");
  await expect(downloadFiles(scene.files, below, { env: {} })).rejects.toMatchObject({
    reason: "not-a-directory",
    path: join(scene.folder, "file"),
  });
  scene.put("sub", Buffer.from("x"));
  const error = await scene.download().catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(FileError);
  expect(error).toMatchObject({ reason: "not-a-directory", path: join(scene.folder, "sub") });
  expect(scene.server.connections).toBe(0);
});

testOnDisk(
  "a file of unknown length that does not fit on the disk is refused before a byte is written",
  async () => {
    const scene = await setScene({ "a.bin": SIZE });
    const { path, urls, digests } = scene.files[0]!;
    const run = runInProcess(
      { files: [{ path, urls, digests }], folder: scene.folder },
      { wrap: onDisk(scene.folder, "size=1m") },
    );
    const outcome = (await run.outcome)!;
    expect(outcome.error).toMatchObject({ name: "FileError", reason: "unwritable", path: scene.folder });
    expect(outcome.error!.message).toMatch(/3\.0 MB still to come, 1\.\d MB free/);
    expect([run.lines[0], outcome.found, scene.server.requests.length]).toEqual(["plan", {}, 1]);
  },
);
