import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { PackedPackage } from "./pack-packages.js";
import type { SizeCeiling } from "./size-ceilings.js";

/** All that a tarball may hold: documents, and code with its types. */
const ALLOWED = /^(package\.json|README\.md|CHANGELOG\.md|LICENSE|dist\/[a-z0-9/-]+(\.d)?\.(js|ts))$/i;
const CODE = /^dist\/.*\.js$/;
const TYPES = /\.d\.ts$/;
/** The bundler writes a line with the path of each source before its code. */
const SOURCE_LINE = /^\/\/ ((?:\.\.\/)*(?:src|node_modules|packages|testing)\/.*)$/gm;
const FOR_TESTS = /(^|\/)(testing|tests?|fixtures?)\/|\.(test|study|fixture)\./;

/** What a tarball must hold and may weigh. */
export interface ContentsExpectation {
  /** Text of the repository's LICENSE. */
  readonly license: string;
  readonly ceiling: SizeCeiling | undefined;
}

/**
 * Looks at what a tarball holds: nothing but documents and built code, the licence, a README, no test, fixture or source
 * map, nothing of another package bundled in, no more bytes than its ceiling.
 *
 * @returns Faults, one line each; none when all is well.
 */
export async function checkContents(
  packed: PackedPackage,
  { license, ceiling }: ContentsExpectation,
): Promise<string[]> {
  const paths = packed.files.map(({ path }) => path);
  const read = (path: string) => readFile(join(packed.folder, path), "utf8");
  const faults = paths
    .filter((path) => !isAllowed(path))
    .map((path) => `${path} does not belong into a tarball`);
  if (!paths.includes("LICENSE")) faults.push("LICENSE is missing");
  else if ((await read("LICENSE")) !== license) faults.push("LICENSE is not the repository's");
  if (!paths.includes("README.md")) faults.push("README.md is missing");
  else if (!(await read("README.md")).startsWith(`# ${packed.manifest.name}\n`)) {
    faults.push(`README.md does not start with "# ${packed.manifest.name}"`);
  }
  for (const path of paths.filter((candidate) => CODE.test(candidate))) {
    const code = await read(path);
    if (/^\/\/[#@] sourceMappingURL=/m.test(code)) faults.push(`${path} has a source map`);
    for (const [, source] of code.matchAll(SOURCE_LINE)) {
      if (FOR_TESTS.test(source!)) faults.push(`${path} holds ${source}, which is for tests`);
      if (source!.includes("node_modules/"))
        faults.push(`${path} holds ${source}, which is another package's`);
    }
  }
  return [...faults, ...sizeFaults(packed, ceiling)];
}

function isAllowed(path: string): boolean {
  return ALLOWED.test(path) && !FOR_TESTS.test(path) && (!path.endsWith("ts") || TYPES.test(path));
}

function sizeFaults(packed: PackedPackage, ceiling: SizeCeiling | undefined): string[] {
  if (ceiling === undefined) return ["has no ceiling in size-ceilings.ts"];
  const unpacked = packed.files.reduce((sum, { bytes }) => sum + bytes, 0);
  const sizes = [
    ["tarball", packed.tarballBytes, ceiling.tarball],
    ["unpacked", unpacked, ceiling.unpacked],
  ] as const;
  return sizes
    .filter(([, bytes, most]) => bytes > most)
    .map(([what, bytes, most]) => `${what} has ${bytes} bytes, more than ${most}; see size-ceilings.ts`);
}
