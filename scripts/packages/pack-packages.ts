import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import { type Manifest, type PublicPackage, publicPackages, readManifest } from "./public-packages.js";
import { runCommand } from "./run-command.js";

/** A file of a tarball. */
export interface PackedFile {
  /** Relative to the package's folder, with `/`. */
  readonly path: string;
  readonly bytes: number;
}

/** A package as users get it. */
export interface PackedPackage {
  readonly source: PublicPackage;
  readonly tarball: string;
  readonly tarballBytes: number;
  /** The tarball, unpacked. */
  readonly folder: string;
  /** Of the tarball, where the workspace's ranges are versions. */
  readonly manifest: Manifest;
  /** By path. */
  readonly files: readonly PackedFile[];
}

/**
 * Packs every public package of the workspace at `root`, as publishing does, into the folder `destination`.
 *
 * @throws {Error} when a package is not built.
 */
export async function packPackages(root: string, destination: string): Promise<PackedPackage[]> {
  const packages = await publicPackages(root);
  for (const { folder, manifest, entryPoints } of packages) {
    const built = entryPoints.flatMap(({ target }) => Object.values(target));
    const absent = built.find((path) => !existsSync(join(folder, path)));
    if (absent) {
      throw new Error(`expected ${manifest.name} built, found no ${absent}; run npm run build first`);
    }
  }
  await mkdir(destination, { recursive: true });
  const { packageManager } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  await runCommand(
    "npx",
    [
      "-y",
      packageManager,
      "--recursive",
      "--filter",
      "./packages/*",
      "pack",
      "--pack-destination",
      destination,
    ],
    { folder: root },
  );
  return Promise.all(packages.map((source) => unpack(source, destination)));
}

async function unpack(source: PublicPackage, destination: string): Promise<PackedPackage> {
  const { name, version } = source.manifest;
  const tarball = join(destination, `${name.replace("@", "").replace("/", "-")}-${version}.tgz`);
  const unpacked = join(destination, source.shortName);
  await mkdir(unpacked);
  await runCommand("tar", ["-xzf", tarball, "-C", unpacked], { folder: destination });
  const folder = join(unpacked, "package");
  return {
    source,
    tarball,
    tarballBytes: (await stat(tarball)).size,
    folder,
    manifest: await readManifest(join(folder, "package.json")),
    files: await filesOf(folder),
  };
}

async function filesOf(folder: string): Promise<PackedFile[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const files = entries
    .filter((entry) => !entry.isDirectory())
    .map(async (entry): Promise<PackedFile> => {
      const path = join(entry.parentPath, entry.name);
      return {
        path: relative(folder, path).replaceAll("\\", "/"),
        bytes: (await stat(path)).size,
      };
    });
  return (await Promise.all(files)).sort((a, b) => (a.path < b.path ? -1 : 1));
}
