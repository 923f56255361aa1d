import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { publicPackages } from "./public-packages.js";
import { CLEAN_MANIFEST } from "./testing/planted-package.js";

test("public packages and their entry points are listed by name, private ones are not", async () => {
  const root = await mkdtemp(join(tmpdir(), "covidxr-"));
  const target = CLEAN_MANIFEST.exports["."]!;
  const manifests = {
    two: { ...CLEAN_MANIFEST, name: "@covidxr/two", exports: { ".": target, "./parts": target } },
    one: { ...CLEAN_MANIFEST, name: "@covidxr/one" },
    hidden: { ...CLEAN_MANIFEST, private: true },
  };
  for (const [name, manifest] of Object.entries(manifests)) {
    await mkdir(join(root, "packages", name), { recursive: true });
    await writeFile(join(root, "packages", name, "package.json"), JSON.stringify(manifest));
  }
  const packages = await publicPackages(root);
  expect(packages.map(({ shortName }) => shortName)).toEqual(["one", "two"]);
  expect(packages[0]!.entryPoints).toEqual([
    {
      specifier: "@covidxr/one",
      name: "index",
      target: { types: "./dist/index.d.ts", default: "./dist/index.js" },
    },
  ]);
  expect(packages[1]!.entryPoints.map(({ specifier }) => specifier)).toEqual([
    "@covidxr/two",
    "@covidxr/two/parts",
  ]);
});
