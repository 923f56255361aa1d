import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { apiReport, apiReports } from "./api-report.js";
import { checkPackage } from "./check-package.js";
import { type Manifest, type PackedPackage, packPackages, publicPackages, runCommand } from "./workspace.js";

const LICENSE = "Do as you like.\n";
const CODE = "// src/twice.ts\nfunction twice(value) {\n  return 2 * value;\n}\nexport { twice };\n";
const MANIFEST: Manifest = {
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
  exports: { ".": { types: "./dist/index.d.ts", default: "./dist/index.js" } },
  publishConfig: { access: "public", provenance: true },
  dependencies: { "@covidxr/core": "^1.0.0" },
};

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "covidxr-planted-"));
});
afterAll(() => rm(root, { recursive: true }));

/** The errors of a packed package in which some files (null: missing) and fields differ from a correct one. */
async function errorsOf(
  files: Readonly<Record<string, string | null>> = {},
  fields: Readonly<Record<string, unknown>> = {},
  expectation: object = {},
): Promise<string[]> {
  const folder = await mkdtemp(join(root, "package-"));
  const manifest = { ...MANIFEST, ...fields } as Manifest;
  const contents = {
    "package.json": JSON.stringify(manifest),
    "README.md": "# @covidxr/planted\n\nDoubles numbers.\n",
    LICENSE,
    "dist/index.js": CODE,
    "dist/index.d.ts": "declare function twice(value: number): number;\n\nexport { twice };\n",
    ...files,
  };
  const written: { path: string; bytes: number }[] = [];
  for (const [path, content] of Object.entries(contents)) {
    if (content === null) continue;
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
    written.push({ path, bytes: Buffer.byteLength(content) });
  }
  const target = MANIFEST.exports["."] as { types: string; default: string };
  const entryPoints = [{ specifier: MANIFEST.name, target }];
  const source = { shortName: "planted", folder, manifest, entryPoints };
  const packed: PackedPackage = { source, tarball: "", tarballBytes: 500, folder, manifest, files: written };
  const ceiling = { tarball: 500, unpacked: 5000, reason: "none" };
  return checkPackage(packed, { license: LICENSE, node: ">=20.19.0", ceiling, ...expectation });
}

test("a package without errors", async () => {
  expect(await errorsOf()).toEqual([]);
  expect(await errorsOf({ "CHANGELOG.md": "# Changes\n", "dist/chunk-7QVQ7VBK.js": "" })).toEqual([]);
});

describe("the manifest", () => {
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
  ])("%s of another package, or none", async (field) => {
    for (const value of ["another", undefined]) {
      expect(await errorsOf({}, { [field]: value })).toContainEqual(
        expect.stringMatching(`^${field}: expected`),
      );
    }
  });

  test("missing texts, too few keywords, ranges that only the workspace understands", async () => {
    expect(await errorsOf({}, { description: "", author: undefined })).toEqual([
      "description is missing",
      "author is missing",
    ]);
    expect(await errorsOf({}, { keywords: ["a", "b", "c", "d", "d"] })).toHaveLength(1);
    expect(
      await errorsOf(
        {},
        { dependencies: { yaml: "workspace:^" }, peerDependencies: { sharp: "file:../sharp" } },
      ),
    ).toEqual(['yaml is requested as "workspace:^"', 'sharp is requested as "file:../sharp"']);
  });
});

describe("the contents", () => {
  test.each([
    "dist/index.js.map",
    "dist/twice.test.js",
    "dist/testing/sample.js",
    "fixtures/values.json",
    "src/index.ts",
    "dist/image.png",
  ])("%s", async (path) => {
    expect(await errorsOf({ [path]: "" })).toEqual([`${path} does not belong in a tarball`]);
  });

  test("a missing or altered licence and README", async () => {
    expect(await errorsOf({ LICENSE: null, "README.md": null })).toHaveLength(2);
    expect(await errorsOf({ LICENSE: "Do not.\n", "README.md": "# Another\n" })).toHaveLength(2);
  });

  test("bundled tests, other packages and source maps", async () => {
    const lines = [
      "// src/testing/sample.ts",
      "// ../../node_modules/left-pad/index.js",
      "// src/contest/attest.ts",
      "//# sourceMappingURL=index.js.map",
    ];
    expect(await errorsOf({ "dist/index.js": `${lines.join("\n")}\n` })).toEqual([
      "dist/index.js has a source map",
      "dist/index.js holds src/testing/sample.ts, which is for tests",
      "dist/index.js holds ../../node_modules/left-pad/index.js, which is another package's",
    ]);
  });

  test("sizes above the ceiling, or no ceiling", async () => {
    expect(await errorsOf({}, {}, { ceiling: { tarball: 499, unpacked: 10, reason: "" } })).toHaveLength(2);
    expect(await errorsOf({}, {}, { ceiling: undefined })).toEqual(["has no ceiling in size-ceilings.json"]);
  });
});

test("side effects", async () => {
  expect(
    await errorsOf({ "dist/index.js": "globalThis.planted = 1;\nconst one = 1;\nexport { one };\n" }),
  ).toEqual(["dist/index.js does something when imported: globalThis.planted = 1;"]);
  const effect = {
    "dist/index.js": 'import "./effect.js";\n',
    "dist/effect.js": "const when = performance.now();\n",
  };
  expect(await errorsOf(effect, { sideEffects: true })).toContainEqual(
    expect.stringMatching(/^import "@covidxr\/planted" leaves \d+ bytes: /),
  );
  // Dependencies answer for themselves, and a program is meant to act.
  expect(await errorsOf({ "dist/index.js": 'export { tensor } from "@tensorflow/tfjs-core";\n' })).toEqual(
    [],
  );
  expect(await errorsOf({ "dist/cli.js": "#!/usr/bin/env node\nconsole.log(1);\n" })).toEqual([]);
});

test("public packages are listed by name; one that is not built is neither packed nor reported", async () => {
  const workspace = await mkdtemp(join(root, "workspace-"));
  const target = MANIFEST.exports["."]!;
  const manifests = {
    two: {
      ...MANIFEST,
      name: "@covidxr/two",
      exports: { ".": target, "./parts": target, "./package.json": "x" },
    },
    one: { ...MANIFEST, name: "@covidxr/one" },
    hidden: { ...MANIFEST, private: true },
  };
  for (const [name, manifest] of Object.entries(manifests)) {
    await mkdir(join(workspace, "packages", name), { recursive: true });
    await writeFile(join(workspace, "packages", name, "package.json"), JSON.stringify(manifest));
  }
  const packages = await publicPackages(workspace);
  expect(packages.flatMap(({ entryPoints }) => entryPoints.map(({ specifier }) => specifier))).toEqual([
    "@covidxr/one",
    "@covidxr/two",
    "@covidxr/two/parts",
  ]);
  await expect(packPackages(workspace, join(root, "packed"))).rejects.toThrow("run npm run build first");
  await expect(apiReports(workspace)).rejects.toThrow("run npm run build first");
});

test("a command gives its output, knows its environment, and fails with all that it wrote", async () => {
  const node = (code: string, options: object = {}) =>
    runCommand(process.execPath, ["-e", code], { folder: root, ...options });
  process.env.npm_lifecycle_event = "test";
  const variables =
    "console.log(process.env.PLANTED, 'HOME' in process.env, 'npm_lifecycle_event' in process.env)";
  expect(await node(variables, { environment: { PLANTED: "yes", HOME: undefined } })).toBe(
    "yes false false\n",
  );
  const failing = "console.log('out'); console.error('err'); process.exit(3)";
  await expect(node(failing)).rejects.toThrow(/ended with 3\nout\n\nerr/);
  expect(await node(failing, { expectedCodes: [0, 3] })).toBe("out\n");
});

describe("an API report", () => {
  const index = `export { SIDES, twice } from "./sides.js";
export type { Name } from "./names.js";
`;
  const sides = `import type { Rng } from "@covidxr/core";
import type { Times } from "./times.js";
export interface Unused {}
/** Prose. */
export declare const SIDES: {
    readonly width: 382;
};
export declare function twice(value: number, rng: Rng, times: import("./names.js").Name[]): Times;
`;
  const names = 'export type Name = "a" | "b";\n';
  const times = "type Count = 2;\nexport interface Times {\n    readonly count: Count;\n}\nexport {};\n";

  function report(change: (text: string) => string = (text) => text): string {
    const files = Object.entries({ index, sides, names, times });
    const texts = new Map(files.map(([name, text]) => [`/dist/${name}.d.ts`, change(text)]));
    return apiReport("x", "/dist/index.d.ts", (path) => texts.get(path));
  }

  test("lists what the entry exports and what that names, without comments", () => {
    expect(report()).toContain(`\`\`\`ts
const SIDES: {
    readonly width: 382;
};

export {
  SIDES,
  twice,
  type Name,
};

function twice(value: number, rng: Rng, times: Name[]): Times;

import {
  Rng,
} from "@covidxr/core";

interface Times {
    readonly count: Count;
}

type Count = 2;

type Name = "a" | "b";
\`\`\``);
  });

  test("depends on the interface alone", () => {
    const declaration = /export declare const SIDES.*?};\n/s;
    const [moved] = declaration.exec(sides)!;
    const change = (text: string) =>
      text === sides
        ? text.replace(declaration, "").replace("Prose.", "Other prose.") + moved
        : text.replace("SIDES, twice", "twice, SIDES");
    expect(report(change)).toBe(report());
  });

  test.each([
    ["an optional parameter", "value: number, rng", "value?: number, rng"],
    ["a narrower type", '"a" | "b"', '"a"'],
    ["an export less", "SIDES, twice", "twice"],
    ["a literal value", "382", "320"],
  ])("%s changes it", (_, before, after) => {
    expect(report((text) => text.replace(before, after))).not.toBe(report());
  });
});
