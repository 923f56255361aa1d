import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { checkContents } from "./check-contents.js";
import { checkManifest } from "./check-manifest.js";
import { checkSideEffects } from "./check-side-effects.js";
import { type PackedPackage, packPackages } from "./pack-packages.js";
import { runCommand } from "./run-command.js";
import { SIZE_CEILINGS } from "./size-ceilings.js";
import { plantedPackage } from "./testing/planted-package.js";

const ROOT = join(__dirname, "../..");
let destination: string;
let packages: PackedPackage[];

beforeAll(async () => {
  destination = await mkdtemp(join(tmpdir(), "covidxr-tarballs-"));
  packages = await packPackages(ROOT, destination);
});
afterAll(() => rm(destination, { recursive: true, force: true }));

/** The faults of all packages, in one list. */
async function collect(check: (packed: PackedPackage) => string[] | Promise<string[]>): Promise<string[]> {
  const faults = await Promise.all(
    packages.map(async (packed) =>
      (await check(packed)).map((fault) => `${packed.source.manifest.name}: ${fault}`),
    ),
  );
  return faults.flat();
}

/** What publint and "are the types wrong" say of tarballs. */
async function lint(tarballs: readonly string[]): Promise<string[][]> {
  const program = join(__dirname, "lint-tarballs.ts");
  const output = await runCommand(process.execPath, ["--import", "tsx", program, ...tarballs], {
    folder: ROOT,
  });
  return Object.values(JSON.parse(output));
}

test("every package of the workspace is packed, with the versions of its neighbours", () => {
  expect(packages.map(({ source }) => source.shortName)).toEqual(Object.keys(SIZE_CEILINGS));
  for (const { tarball, manifest } of packages) {
    expect(existsSync(tarball)).toBe(true);
    expect(manifest.private).toBeUndefined();
  }
});

test("tarballs hold documents and code alone, and stay below their ceilings", async () => {
  const license = await readFile(join(ROOT, "LICENSE"), "utf8");
  expect(
    await collect((packed) =>
      checkContents(packed, { license, ceiling: SIZE_CEILINGS[packed.source.shortName] }),
    ),
  ).toEqual([]);
});

test("manifests are complete, and keywords are the package's own", async () => {
  const { engines } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8"));
  expect(
    await collect(({ manifest, source }) =>
      checkManifest(manifest, { shortName: source.shortName, node: engines.node }),
    ),
  ).toEqual([]);
  for (const field of ["keywords", "description"]) {
    const values = packages.map(({ manifest }) => JSON.stringify(manifest[field]));
    expect(new Set(values).size).toBe(packages.length);
  }
});

test("importing a package does nothing, so that a bundler may leave it out", async () => {
  expect(await collect(checkSideEffects)).toEqual([]);
});

test("publint and are-the-types-wrong have nothing to say", async () => {
  const clean = await plantedPackage({
    manifest: { name: "planted", dependencies: {}, files: ["dist", "README.md"] },
  });
  const faulty = await plantedPackage({
    manifest: { name: "planted", dependencies: {}, files: ["dist", "README.md"] },
    files: {
      "dist/index.d.ts": null,
      "dist/index.js": "exports.twice = 2;\n",
    },
  });
  for (const { folder, tarball } of [clean, faulty]) {
    await runCommand("tar", ["-czf", tarball, "package"], { folder: join(folder, "..") });
  }
  const [ofClean, ofFaulty, ...ofPackages] = await lint([
    clean.tarball,
    faulty.tarball,
    ...packages.map(({ tarball }) => tarball),
  ]);
  expect(ofClean).toEqual([]);
  expect(ofFaulty!.filter((fault) => fault.startsWith("publint: "))).not.toEqual([]);
  expect(ofFaulty!.filter((fault) => fault.startsWith("are the types wrong: "))).not.toEqual([]);
  expect(ofPackages).toHaveLength(packages.length);
  expect(ofPackages.flat()).toEqual([]);
});
