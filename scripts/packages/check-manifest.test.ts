import { expect, test } from "@jest/globals";
import { checkManifest } from "./check-manifest.js";
import type { Manifest } from "./public-packages.js";
import { CLEAN_MANIFEST } from "./testing/planted-package.js";

function faultsOf(changes: Readonly<Record<string, unknown>>): string[] {
  const manifest = { ...CLEAN_MANIFEST, ...changes } as Manifest;
  return checkManifest(manifest, { shortName: "planted", node: ">=20.19.0" });
}

test("a complete manifest has no fault", () => {
  expect(faultsOf({})).toEqual([]);
});

test.each([
  "name",
  "license",
  "type",
  "sideEffects",
  "engines",
  "homepage",
  "bugs",
  "repository",
  "publishConfig",
])("%s of another package, or none, is found", (field) => {
  for (const value of ["another", undefined]) {
    expect(faultsOf({ [field]: value })).toContainEqual(expect.stringMatching(`^${field}: expected`));
  }
});

test.each(["description", "author"])("a missing %s is found", (field) => {
  expect(faultsOf({ [field]: undefined })).toEqual([`${field} is missing`]);
  expect(faultsOf({ [field]: "" })).toEqual([`${field} is missing`]);
});

test("too few keywords are found, and one that comes twice counts once", () => {
  expect(faultsOf({ keywords: ["a", "b", "c", "d", "d"] })).toEqual([
    'keywords: expected 5 or more, got ["a","b","c","d","d"]',
  ]);
  expect(faultsOf({ keywords: undefined })).toHaveLength(1);
});

test("ranges that only the workspace understands are found", () => {
  expect(
    faultsOf({
      dependencies: { "@covidxr/core": "workspace:^", yaml: "^2.0.0" },
      peerDependencies: { sharp: "file:../sharp" },
    }),
  ).toEqual(['@covidxr/core is asked for as "workspace:^"', 'sharp is asked for as "file:../sharp"']);
});
