import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { DownloadError } from "@covidxr/core";
import { type FileServer, type FileServerOptions, startFileServer } from "@covidxr/testing/server";
import { afterEach, expect } from "@jest/globals";
import { downloadFiles } from "../files/download-files.js";
import type { DownloadOptions, DownloadResult, DownloadWait } from "../files/download-options.js";
import { PART_SUFFIX } from "../files/part-file.js";
import type { PublishedFile } from "../files/published-file.js";
import { checkFolder } from "./check-folder.js";
import { published, randomContent } from "./published.js";

/** A server with files, and a folder to fill; its waits are noted and not waited. */
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
  /** The error that a download ends with. */
  failure(options?: DownloadOptions): Promise<DownloadError>;
  /** Lets the server hold back the files that it has, until the returned function is called. */
  hold(): () => void;
  /** Puts bytes into the folder, as from before. */
  put(path: string, content: Uint8Array): void;
  /** What stands at a path; undefined where nothing is. */
  get(path: string): Uint8Array | undefined;
  /** Length of a file's part; undefined without one. */
  partOf(path: string): number | undefined;
}

const scenes: { readonly scene: Scene; readonly before: Map<string, Uint8Array> }[] = [];

afterEach(async () => {
  for (const { scene, before } of scenes.splice(0)) {
    await scene.server.close();
    const faults = checkFolder(scene.folder, scene.contents, before);
    rmSync(scene.folder, { recursive: true, force: true });
    expect(faults).toEqual([]);
  }
});

/**
 * Sets a scene; after the test the folder is looked through by {@link checkFolder}, and removed.
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
