import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { PackedPackage } from "../pack-packages.js";
import type { Manifest } from "../public-packages.js";

const TYPES =
  "/** Twice the number. */\ndeclare function twice(value: number): number;\n\nexport { twice };\n";
const CODE = "// src/twice.ts\nfunction twice(value) {\n  return 2 * value;\n}\n";

/** The licence of planted packages. */
export const LICENSE = "Do as you like.\n";

/** A manifest without a fault. */
export const CLEAN_MANIFEST: Manifest = {
  name: "@covidxr/planted",
  version: "1.0.0",
  description: "Doubles numbers",
  license: "MIT",
  author: "The covidxr authors",
  type: "module",
  homepage: "https://github.com/covidxr/covidxr/tree/main/packages/planted#readme",
  bugs: "https://github.com/covidxr/covidxr/issues",
  repository: {
    type: "git",
    url: "git+https://github.com/covidxr/covidxr.git",
    directory: "packages/planted",
  },
  keywords: ["one", "two", "three", "four", "five"],
  engines: { node: ">=20.19.0" },
  sideEffects: false,
  files: ["dist"],
  exports: {
    ".": { types: "./dist/index.d.ts", default: "./dist/index.js" },
    "./package.json": "./package.json",
  },
  publishConfig: { access: "public", provenance: true },
  dependencies: { "@covidxr/core": "^1.0.0" },
};

/** What differs from a package without a fault. */
export interface PlantedFaults {
  /** Path to content; null removes the file. */
  readonly files?: Readonly<Record<string, string | null>>;
  readonly manifest?: Readonly<Record<string, unknown>>;
}

/** Writes a small packed package, in which the given faults are planted, into a new folder. */
export async function plantedPackage({
  files = {},
  manifest = {},
}: PlantedFaults = {}): Promise<PackedPackage> {
  const parent = await mkdtemp(join(tmpdir(), "covidxr-"));
  const folder = join(parent, "package");
  const packed = { ...CLEAN_MANIFEST, ...manifest };
  const contents: Record<string, string | null> = {
    "package.json": JSON.stringify(packed),
    "README.md": "# @covidxr/planted\n\nDoubles numbers.\n",
    LICENSE,
    "dist/index.js": `${CODE}export { twice };\n`,
    "dist/index.d.ts": TYPES,
    ...files,
  };
  const written: { path: string; bytes: number }[] = [];
  for (const [path, content] of Object.entries(contents)) {
    if (content === null) continue;
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
    written.push({ path, bytes: Buffer.byteLength(content) });
  }
  const entry = CLEAN_MANIFEST.exports["."] as Exclude<Manifest["exports"][string], string>;
  return {
    source: {
      shortName: "planted",
      folder,
      manifest: packed,
      entryPoints: [{ specifier: packed.name, name: "index", target: entry }],
    },
    tarball: join(parent, "planted.tgz"),
    tarballBytes: 500,
    folder,
    manifest: packed,
    files: written,
  };
}
