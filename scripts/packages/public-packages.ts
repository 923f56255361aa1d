import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

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
  readonly engines?: { readonly node?: string };
  readonly keywords?: readonly string[];
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

/** What a user can import: `"@covidxr/core"`, `"@covidxr/core/files"`. */
export interface EntryPoint {
  readonly specifier: string;
  /** `"index"` or the part behind the package's name. */
  readonly name: string;
  /** Relative to the package's folder. */
  readonly target: EntryTarget;
}

/** A package of the workspace that is published. */
export interface PublicPackage {
  /** Last part of its name and of its folder. */
  readonly shortName: string;
  readonly folder: string;
  readonly manifest: Manifest;
  readonly entryPoints: readonly EntryPoint[];
}

/** The packages of `root/packages` that are not private, by name. */
export async function publicPackages(root: string): Promise<PublicPackage[]> {
  const names = (await readdir(join(root, "packages"))).sort();
  const packages = await Promise.all(
    names.map(async (shortName): Promise<PublicPackage> => {
      const folder = join(root, "packages", shortName);
      const manifest = await readManifest(join(folder, "package.json"));
      return { shortName, folder, manifest, entryPoints: entryPointsOf(manifest) };
    }),
  );
  return packages.filter(({ manifest }) => manifest.private !== true);
}

export async function readManifest(path: string): Promise<Manifest> {
  return JSON.parse(await readFile(path, "utf8")) as Manifest;
}

function entryPointsOf(manifest: Manifest): EntryPoint[] {
  return Object.entries(manifest.exports).flatMap(([subpath, target]) => {
    if (typeof target === "string") return []; // a file as it is, such as package.json
    if (subpath === "./internal") return []; // for our own packages
    const part = subpath.slice(2);
    return [
      {
        specifier: part === "" ? manifest.name : `${manifest.name}/${part}`,
        name: part === "" ? "index" : part,
        target,
      },
    ];
  });
}
