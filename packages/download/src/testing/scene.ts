import { createHash } from "node:crypto";
import {
  type Dirent,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, sep } from "node:path";
import { setTimeout } from "node:timers/promises";
import { createRng, DownloadError } from "@covidxr/core";
import { type FileServer, type FileServerOptions, startFileServer } from "@covidxr/testing/server";
import { afterEach, expect, jest } from "@jest/globals";
import { downloadFiles } from "../download-files.js";
import { LOCK_NAME } from "../files/lock-folder.js";
import { PART_SUFFIX } from "../files/part-file.js";
import type { DownloadOptions, DownloadResult, DownloadWait, PublishedFile } from "../options.js";
import { clock } from "../transport/clock.js";

/** A server with files, and a folder to fill; waits are recorded and not waited for. */
export interface Scene {
  readonly server: FileServer;
  readonly folder: string;
  /** Path → bytes that are published. */
  readonly contents: Map<string, Uint8Array>;
  readonly files: PublishedFile[];
  /** Seconds of each wait. */
  readonly waited: number[];
  readonly told: DownloadWait[];
  download(options?: DownloadOptions): Promise<DownloadResult>;
  /** The error that a download fails with. */
  failure(options?: DownloadOptions): Promise<DownloadError>;
  /** Makes the server hold back its files until the returned function is called. */
  hold(): () => void;
  /** Puts bytes into the folder, as if from an earlier download. */
  put(path: string, content: Uint8Array): void;
  /** Content at a path; undefined where nothing is. */
  get(path: string): Uint8Array | undefined;
  /** Length of a file's part; undefined without one. */
  partOf(path: string): number | undefined;
}

const scenes: { readonly scene: Scene; readonly before: Map<string, Uint8Array> }[] = [];

afterEach(async () => {
  for (const { scene, before } of scenes.splice(0)) {
    await scene.server.close();
    const problems = checkFolder(scene.folder, scene.contents, before);
    rmSync(scene.folder, { recursive: true, force: true });
    expect(problems).toEqual([]);
  }
});

/**
 * Sets a scene; after the test {@link checkFolder} checks the folder, which is then removed.
 *
 * @param files Path → bytes, or length of random bytes.
 */
export async function setScene(
  files: Readonly<Record<string, number | Uint8Array>>,
  fault?: FileServerOptions["fault"],
  tls?: FileServerOptions["tls"],
): Promise<Scene> {
  const contents = new Map(
    Object.entries(files).map(([path, content], index) => [
      path,
      typeof content === "number" ? randomContent(content, index) : content,
    ]),
  );
  let held: Promise<void> | undefined;
  const server = await startFileServer({
    file: async (path) => {
      await held;
      return contents.get(path.slice(1));
    },
    ...(fault ? { fault } : {}),
    ...(tls ? { tls } : {}),
  });
  const folder = mkdtempSync(join(tmpdir(), "covidxr-download-"));
  const waited: number[] = [];
  const told: DownloadWait[] = [];
  const before = new Map<string, Uint8Array>();
  const scene: Scene = {
    server,
    folder,
    contents,
    files: [...contents].map(([path, content]) => published(path, content, server.url)),
    waited,
    told,
    download: (options = {}) =>
      downloadFiles(scene.files, folder, {
        env: {},
        seed: 1,
        onWait: (wait) => told.push(wait),
        wait: async (milliseconds) => {
          waited.push(milliseconds / 1000);
        },
        ...options,
      }),
    async failure(options = {}) {
      const error = await scene.download(options).then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      if (!(error instanceof DownloadError)) throw error ?? new Error("expected a DownloadError, got none");
      return error;
    },
    hold() {
      let release = (): void => {};
      held = new Promise((resolve) => {
        release = resolve;
      });
      return () => release();
    },
    put(path, content) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
      before.set(path, content);
    },
    get(path) {
      try {
        return readFileSync(join(folder, path));
      } catch {
        return undefined;
      }
    },
    partOf: (path) => statSync(join(folder, `${path}${PART_SUFFIX}`), { throwIfNoEntry: false })?.size,
  };
  scenes.push({ scene, before });
  return scene;
}

/** Waits until something has happened, such as a server's count; nothing depends on how long it takes. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await setTimeout(1);
}

/** A promise that the test resolves. */
export function gate(): { readonly opened: Promise<void>; open(): void } {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}

/** A timer that the test rings. */
export interface HeldAlarm {
  ring(): void;
  readonly restarts: number;
}

/** Until the end of the test, stall timers ring when the test says so, in the order in which they were set. */
export function holdStallAlarms(): readonly HeldAlarm[] {
  const held: HeldAlarm[] = [];
  const real = clock.alarm;
  jest.spyOn(clock, "alarm").mockImplementation((milliseconds, ring) => {
    if (milliseconds < 1000) return real(milliseconds, ring);
    const alarm = { ring, restarts: 0 };
    held.push(alarm);
    return {
      restart: () => void alarm.restarts++,
      stop: () => {
        alarm.ring = () => {};
      },
    };
  });
  return held;
}

/** Until the end of the test, every change is reported as progress. */
export function reportEveryChange(): void {
  const real = clock.alarm;
  jest.spyOn(clock, "alarm").mockImplementation((milliseconds, ring) => {
    if (milliseconds >= 1000) return real(milliseconds, ring);
    queueMicrotask(ring);
    return { restart: () => {}, stop: () => {} };
  });
}

afterEach(() => void jest.restoreAllMocks());

/** Random content of a length; the same for the same number. */
export function randomContent(bytes: number, index = 0): Uint8Array {
  const rng = createRng(7, { purpose: "content", index });
  const content = new Uint8Array(bytes);
  const words = new DataView(content.buffer);
  let at = 0;
  for (; at + 4 <= bytes; at += 4) words.setUint32(at, rng.uint32());
  for (; at < bytes; at++) content[at] = rng.uint32();
  return content;
}

/** A file that is published below a base, at the path that it has in the folder. */
function published(path: string, content: Uint8Array, base: string | readonly string[]): PublishedFile {
  return {
    path,
    bytes: content.length,
    digests: { sha256: createHash("sha256").update(content).digest("hex") },
    urls: [base].flat().map((origin) => `${origin}/${path.split("/").map(encodeURIComponent).join("/")}`),
  };
}

/**
 * Checks a folder after a download: every final name holds exactly the published bytes or what was there before, parts
 * belong to published files, and nothing else is left, such as a lock.
 *
 * @param before What was there before the first download, by path.
 * @returns what is wrong, in words; empty when all is well.
 */
export function checkFolder(
  folder: string,
  contents: ReadonlyMap<string, Uint8Array>,
  before: ReadonlyMap<string, Uint8Array> = new Map(),
): string[] {
  const problems: string[] = [];
  const walk = (directory: string): void => {
    for (const entry of entriesOf(directory)) {
      const path = relative(folder, join(directory, entry.name)).split(sep).join("/");
      if (entry.name === LOCK_NAME) problems.push(`${path}: the lock is left`);
      // A link to nothing holds no bytes.
      else if (!existsSync(join(directory, entry.name))) continue;
      else if (entry.isDirectory()) walk(join(directory, entry.name));
      else if (path.endsWith(PART_SUFFIX)) {
        if (!contents.has(path.slice(0, -PART_SUFFIX.length))) problems.push(`${path}: a part of nothing`);
      } else {
        const held = readFileSync(join(directory, entry.name));
        const allowed = [contents.get(path), before.get(path)];
        if (!allowed.some((content) => content && held.equals(content)))
          problems.push(`${path}: other bytes`);
      }
    }
  };
  walk(folder);
  return problems;
}

function entriesOf(directory: string): Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

const FIXTURES = join(__dirname, "../../fixtures");

/** Certificate of the test server, as a file for `NODE_EXTRA_CA_CERTS`; not trusted without it. */
export const CERTIFICATE_FILE = join(FIXTURES, "loopback-certificate.pem");

/** Key and certificate of a test server for `https://127.0.0.1`. */
export function loopbackTls(): { key: string; cert: string } {
  return {
    key: readFileSync(join(FIXTURES, "loopback-key.pem"), "utf8"),
    cert: readFileSync(CERTIFICATE_FILE, "utf8"),
  };
}
