import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, stat } from "node:fs/promises";
import { join, relative } from "node:path";

/** Where an entry point leads. */
export interface EntryTarget {
  readonly types: string;
  readonly default: string;
}

/** `package.json`, as far as these checks read it. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly exports: Readonly<Record<string, string | EntryTarget>>;
  readonly keywords?: readonly string[];
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

/** What a user can import: `"@covidxr/core"`, `"@covidxr/core/files"`. */
export interface EntryPoint {
  readonly specifier: string;
  /** Relative to the package's folder. */
  readonly target: EntryTarget;
}

/** A package of the workspace that is published. */
export interface PublicPackage {
  /** Name of its folder in `packages`. */
  readonly shortName: string;
  readonly folder: string;
  readonly manifest: Manifest;
  readonly entryPoints: readonly EntryPoint[];
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
  /** By path relative to the package's folder, with `/`. */
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
}

/** The packages of `root/packages` that are not private, by name. */
export async function publicPackages(root: string): Promise<PublicPackage[]> {
  const names = (await readdir(join(root, "packages"))).sort();
  const packages = await Promise.all(
    names.map(async (shortName): Promise<PublicPackage> => {
      const folder = join(root, "packages", shortName);
      const manifest = await readManifest(join(folder, "package.json"));
      const entryPoints = Object.entries(manifest.exports).flatMap(([subpath, target]) =>
        // A file as it is, such as package.json, is no entry point.
        typeof target === "string" ? [] : [{ specifier: join(manifest.name, subpath), target }],
      );
      return { shortName, folder, manifest, entryPoints };
    }),
  );
  return packages.filter(({ manifest }) => manifest.private !== true);
}

export async function readManifest(path: string): Promise<Manifest> {
  return JSON.parse(await readFile(path, "utf8")) as Manifest;
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
  const pack = ["--recursive", "--filter", "./packages/*", "pack", "--pack-destination", destination];
  await runCommand("npx", ["-y", packageManager, ...pack], { folder: root });
  return Promise.all(packages.map((source) => unpack(source, destination)));
}

async function unpack(source: PublicPackage, destination: string): Promise<PackedPackage> {
  const { name, version } = source.manifest;
  const tarball = join(destination, `${name.replace("@", "").replace("/", "-")}-${version}.tgz`);
  const unpacked = join(destination, source.shortName);
  await mkdir(unpacked);
  await runCommand("tar", ["-xzf", tarball, "-C", unpacked], { folder: destination });
  const folder = join(unpacked, "package");
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const files = entries
    .filter((entry) => !entry.isDirectory())
    .map(async (entry) => {
      const path = join(entry.parentPath, entry.name);
      return { path: relative(folder, path).replaceAll("\\", "/"), bytes: (await stat(path)).size };
    });
  return {
    source,
    tarball,
    tarballBytes: (await stat(tarball)).size,
    folder,
    manifest: await readManifest(join(folder, "package.json")),
    files: (await Promise.all(files)).sort((a, b) => (a.path < b.path ? -1 : 1)),
  };
}

/** Variables by which a script that npm runs would tell another npm where it is. */
const OF_OUTER_NPM =
  /^(npm_(package|lifecycle|command|execpath|node_execpath|config_local_prefix)|INIT_CWD|NODE_OPTIONS|JEST_)/i;

/** What a command is run with. */
export interface CommandOptions {
  readonly folder: string;
  /** Added to this process' environment; undefined removes a variable. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Exit codes that are no failure. @defaultValue [0] */
  readonly expectedCodes?: readonly number[];
}

/**
 * Runs a command to its end, as a user would from a terminal in `folder`.
 *
 * @returns What it wrote to standard output.
 * @throws {Error} with all it wrote, when it fails.
 */
export function runCommand(
  command: string,
  args: readonly string[],
  { folder, environment = {}, expectedCodes = [0] }: CommandOptions,
): Promise<string> {
  const inherited = Object.entries(process.env).filter(([name]) => !OF_OUTER_NPM.test(name));
  const child = spawn(command, args, {
    cwd: folder,
    env: { ...Object.fromEntries(inherited), ...environment },
    shell: process.platform === "win32",
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk;
  });
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk;
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      if (code !== null && expectedCodes.includes(code)) resolve(stdout);
      else reject(new Error(`${command} ${args.join(" ")} ended with ${code}\n${stdout}\n${stderr}`));
    });
  });
}
