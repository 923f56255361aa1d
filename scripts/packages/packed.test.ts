import { existsSync } from "node:fs";
import { copyFile, cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { basename, dirname, join, relative } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { build } from "esbuild";
import { gt, satisfies, subset } from "semver";
import { apiReports } from "./api-report.js";
import { checkPackage, type SizeCeiling } from "./check-package.js";
import { publishPackages } from "./release.js";
import { type PackedPackage, packPackages, publicPackages, readManifest, runCommand } from "./workspace.js";

// All tests look at one copy of the workspace, versioned and packed as a release does, then installed as a user does.

const ROOT = join(__dirname, "../..");
const TYPESCRIPT = join(ROOT, "node_modules/typescript/bin/tsc");
const CHANGESETS = join(ROOT, "node_modules/@changesets/cli/bin.js");
/** What a release looks at, at the root … */
const COPIED = [
  "package.json",
  "pnpm-workspace.yaml",
  "pnpm-lock.yaml",
  "LICENSE",
  ".changeset",
  "packages",
  "examples",
  "benchmarks",
];
/** … and what it does not look at below. */
const LEFT_OUT = new Set(["node_modules", "src", "fixtures", "runs"]);
const CHANGE = "A change that only this test knows.";
/** Patience with a registry from which everything comes for the first time. */
const HANG_MS = 900_000;

/** What the program that uses every package prints. */
const OUTCOME = {
  audit: { fingerprints: 12, copies: 0, found: true },
  core: { state: "found", permutation: [1, 3, 2, 0] },
  dataset: { records: 11, rows: 12 },
  download: { present: 1, fetched: 0 },
  image: { length: 48, first: 128 },
  metrics: { auc: 0.75 },
  model: { layers: 27, parameters: 20_090_177 },
  onnx: { dims: [2, 1], values: [0.5, 0.5] },
  phantom: { images: 13 },
  report: { hasPage: true, figures: 9 },
  training: { epochs: 20, accuracy: 1 },
  sameErrors: true,
};

let parent: string;
let copy: string;
let before: Map<string, string>;
let packages: PackedPackage[];
let engines: string;

beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), "covidxr-packed-"));
  copy = join(parent, "workspace");
  for (const name of COPIED) {
    const filter = (path: string) => !LEFT_OUT.has(basename(path));
    await cp(join(ROOT, name), join(copy, name), { recursive: true, filter });
  }
  await symlink(join(ROOT, "node_modules"), join(copy, "node_modules"), "junction");
  // Packing onnx copies the runtime that it has installed.
  const runtime = "packages/onnx/node_modules/onnxruntime-node";
  await mkdir(dirname(join(copy, runtime)));
  await symlink(join(ROOT, runtime), join(copy, runtime), "junction");
  engines = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8")).engines.node;
  before = new Map((await publicPackages(copy)).map(({ manifest }) => [manifest.name, manifest.version]));
  const change = `---\n"@covidxr/core": minor\n"@covidxr/metrics": patch\n---\n\n${CHANGE}\n`;
  await writeFile(join(copy, ".changeset/planted.md"), change);
  await runCommand(process.execPath, [CHANGESETS, "version"], { folder: copy });
  packages = await packPackages(copy, join(parent, "tarballs"));
}, HANG_MS);
afterAll(() => rm(parent, { recursive: true, force: true }));

async function emptyProject(name: string): Promise<string> {
  const project = join(parent, name);
  await mkdir(project);
  await writeFile(join(project, "package.json"), JSON.stringify({ name, private: true }));
  return project;
}

/** What is installed: all tarballs, and what programs need beside them. */
async function installed(): Promise<string[]> {
  const { devDependencies } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8"));
  const others = ["core", "layers", "backend-cpu"].map((name) => `@tensorflow/tfjs-${name}`);
  return [
    ...packages.map(({ tarball }) => tarball),
    ...[...others, "@types/node"].map((name) => `${name}@${devDependencies[name]}`),
  ];
}

describe("a release", () => {
  test("turns changes into versions and changelogs", async () => {
    for (const name of ["@covidxr/core", "@covidxr/metrics"]) {
      const { folder, manifest } = packages.find((packed) => packed.manifest.name === name)!;
      expect(gt(manifest.version, before.get(name)!)).toBe(true);
      const changelog = await readFile(join(folder, "CHANGELOG.md"), "utf8");
      expect(changelog).toContain(`## ${manifest.version}\n`);
      expect(changelog).toContain(CHANGE);
    }
    const left = (await readdir(join(copy, ".changeset"))).filter((name) => name.endsWith(".md"));
    expect(left.filter((name) => name !== "README.md")).toEqual([]);
  });

  test("packs packages that require each other's new versions", () => {
    const versions = new Map(packages.map(({ manifest }) => [manifest.name, manifest.version]));
    const ranges = packages.flatMap(({ manifest }) =>
      Object.entries(manifest.dependencies ?? {}).filter(([name]) => versions.has(name)),
    );
    expect(ranges.length).toBeGreaterThan(packages.length);
    expect(ranges.filter(([name, range]) => range !== `^${versions.get(name)}`)).toEqual([]);
    // Whoever depends on core gets a version that takes the new core.
    for (const { manifest } of packages) {
      const range = manifest.dependencies?.["@covidxr/core"];
      if (range === undefined) continue;
      expect(satisfies(versions.get("@covidxr/core")!, range)).toBe(true);
      expect(gt(manifest.version, before.get(manifest.name)!)).toBe(true);
    }
  });

  test("leaves private packages alone", async () => {
    for (const name of ["examples", "benchmarks"]) {
      const { version } = await readManifest(join(ROOT, name, "package.json"));
      expect((await readManifest(join(copy, name, "package.json"))).version).toBe(version);
      expect(existsSync(join(copy, name, "CHANGELOG.md"))).toBe(false);
    }
  });

  test("publishes nothing without provenance", async () => {
    const asked = ["core", "metrics"];
    // The others are left out: each is packed anew, and checkPackage reads what each says about its publication.
    for (const { folder, shortName } of await publicPackages(copy)) {
      if (asked.includes(shortName)) continue;
      const path = join(folder, "package.json");
      await writeFile(path, JSON.stringify({ ...(await readManifest(path)), private: true }));
    }
    const requests: string[] = [];
    const server: Server = createServer((request, response) => {
      requests.push(`${request.method} ${request.url}`);
      response.writeHead(request.method === "GET" ? 404 : 403, { "content-type": "application/json" });
      response.end('{"error":"refused"}');
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const registry = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const home = join(copy, "home");
    await mkdir(home);
    await writeFile(join(copy, ".npmrc"), `registry=${registry}\n`);
    // Leads every client to that registry, hides all credentials, and takes away where provenance could come from.
    const environment = {
      npm_config_cache: (await runCommand("npm", ["config", "get", "cache"], { folder: ROOT })).trim(),
      npm_config_registry: registry,
      npm_config_userconfig: join(home, ".npmrc"),
      HOME: home,
      USERPROFILE: home,
      XDG_CONFIG_HOME: home,
      GITHUB_ACTIONS: undefined,
      ACTIONS_ID_TOKEN_REQUEST_URL: undefined,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: undefined,
      GITLAB_CI: undefined,
    };
    const refusal = await publishPackages(copy, environment).catch((error: Error) => error.message);
    server.close();
    for (const name of asked) {
      expect(refusal).toContain(`error occurred while publishing @covidxr/${name}: ERR_PNPM_PROVENANCE`);
    }
    expect(requests).not.toEqual([]);
    expect(requests.filter((request) => !request.startsWith("GET "))).toEqual([]);
  });
});

describe("each package", () => {
  test("holds what it should", async () => {
    const license = await readFile(join(ROOT, "LICENSE"), "utf8");
    const ceilings: Record<string, SizeCeiling> = JSON.parse(
      await readFile(join(__dirname, "size-ceilings.json"), "utf8"),
    );
    const errors = await Promise.all(
      packages.map(async (packed) => {
        const ceiling = ceilings[packed.source.shortName];
        const own = await checkPackage(packed, { license, node: engines, ceiling });
        return own.map((error) => `${packed.manifest.name}: ${error}`);
      }),
    );
    expect(errors.flat()).toEqual([]);
    for (const field of ["keywords", "description"]) {
      expect(new Set(packages.map(({ manifest }) => JSON.stringify(manifest[field]))).size).toBe(
        packages.length,
      );
    }
  });

  test("passes publint and are-the-types-wrong, which find what is wrong", async () => {
    const core = packages.find(({ source }) => source.shortName === "core")!;
    const broken = join(parent, "broken");
    await cp(core.folder, join(broken, "package"), { recursive: true });
    await rm(join(broken, "package/dist/index.d.ts"));
    await runCommand("tar", ["-czf", "broken.tgz", "package"], { folder: broken });
    const tarballs = [join(broken, "broken.tgz"), ...packages.map(({ tarball }) => tarball)];
    const program = [join(ROOT, "node_modules/tsx/dist/cli.mjs"), join(__dirname, "lint-tarballs.ts")];
    const output = await runCommand(process.execPath, [...program, ...tarballs], { folder: ROOT });
    const [ofBroken, ...others] = Object.values(JSON.parse(output) as Record<string, string[]>);
    expect(ofBroken!.some((message) => message.startsWith("publint: "))).toBe(true);
    expect(ofBroken!.some((message) => message.startsWith("are the types wrong: "))).toBe(true);
    expect(others).toHaveLength(packages.length);
    expect(others.flat()).toEqual([]);
  });

  test("has the API report of what is built; pnpm api:report writes them", async () => {
    const reports = await apiReports(ROOT);
    expect(reports.filter(({ kept, text }) => kept !== text).map(({ path }) => relative(ROOT, path))).toEqual(
      [],
    );
    const folders = (await publicPackages(ROOT)).map(({ folder }) => join(folder, "api"));
    const files = await Promise.all(
      folders.map(async (folder) => (await readdir(folder)).map((name) => join(folder, name))),
    );
    expect(files.flat().sort()).toEqual(reports.map(({ path }) => path).sort());
  });
});

describe("an empty project into which npm installed all packages, its install scripts allowed", () => {
  let project: string;

  beforeAll(async () => {
    project = await emptyProject("npm-project");
    const flags = ["--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error"];
    await runCommand("npm", ["install", ...flags, ...(await installed())], { folder: project });
    const program = join(__dirname, "consumer/use-every-package.ts");
    for (const name of ["program.mts", "bundled.ts"]) await copyFile(program, join(project, name));
  }, HANG_MS);

  async function outcomeOf(program: string): Promise<unknown> {
    const output = await runCommand(process.execPath, [program], { folder: project });
    return JSON.parse(output.trim().split("\n").at(-1)!);
  }

  // By bundler, are-the-types-wrong resolves every entry point.
  test("TypeScript finds every type by nodenext, finds what is wrong, and every package computes", async () => {
    const wrong = [
      'import { nothing } from "@covidxr/model";',
      'import { cacheKey } from "@covidxr/core/nowhere";',
      'import { auc } from "@covidxr/metrics";',
      'console.log(nothing, cacheKey, auc("a curve", []));',
    ];
    await writeFile(join(project, "wrong.mts"), wrong.join("\n"));
    const compilerOptions = {
      target: "es2022",
      lib: ["es2023"],
      types: ["node"],
      module: "nodenext",
      outDir: "out",
      strict: true,
      skipLibCheck: false,
    };
    const files = ["program.mts", "wrong.mts"];
    await writeFile(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, files }));
    const output = await runCommand(process.execPath, [TYPESCRIPT, "--pretty", "false"], {
      folder: project,
      expectedCodes: [2],
    });
    // Other packages answer for their own declarations.
    const errors = output
      .split("\n")
      .filter((line) => /^\S/.test(line) && !/^node_modules\/(?!@?covidxr)/.test(line));
    expect(errors).toEqual([
      expect.stringMatching(/^wrong\.mts\(1,.* TS2305: /),
      expect.stringMatching(/^wrong\.mts\(2,.* TS2307: /),
      expect.stringMatching(/^wrong\.mts\(4,.* TS2345: /),
    ]);
    expect(await outcomeOf("out/program.mjs")).toEqual(OUTCOME);
  });

  test("a bundle for Node computes as docs/install.md says", async () => {
    const external = ["onnxruntime-node", "@covidxr/onnx", "@tensorflow/*", "sharp"];
    const js =
      'import * as $module from "node:module"; const require = $module.createRequire(import.meta.url), __filename = import.meta.filename, __dirname = import.meta.dirname;';
    const { warnings } = await build({
      absWorkingDir: project,
      entryPoints: ["bundled.ts"],
      outfile: "bundle.mjs",
      bundle: true,
      format: "esm",
      platform: "node",
      external,
      banner: { js },
      logLevel: "silent",
    });
    expect(warnings.filter(({ location }) => location?.file.includes("covidxr"))).toEqual([]);
    expect(await readFile(join(project, "bundle.mjs"), "utf8")).toContain(
      "node_modules/@covidxr/report/dist/",
    );
    expect(await outcomeOf("bundle.mjs")).toEqual(OUTCOME);
    const guide = await readFile(join(ROOT, "docs/install.md"), "utf8");
    for (const name of external) expect(guide).toContain(`--external:${name}`);
    expect(guide).toContain(`--banner:js='${js}'`);
  });

  test("npx covidxr reproduces a study of few synthetic radiographs, and the facade reads its run", async () => {
    const npx = (...args: string[]) =>
      runCommand("npx", ["--no-install", "covidxr", ...args], { folder: project });
    expect(await npx("--help")).toContain("reproduce");
    const draw = `
      import { writePhantomStudy } from "@covidxr/phantom";
      const few = { otherPneumonia: 2, noFinding: 1, otherRadiographs: 1, listedOnly: 1, repeatedNormals: 1 };
      const widths = { minimum: 122, maximum: 130 };
      await writePhantomStudy("study", { seed: 3, counts: { covid: 8, ...few }, widths });`;
    await runCommand(process.execPath, ["--input-type=module", "-e", draw], { folder: project });
    const small = [
      "--weights",
      "random",
      "--epochs",
      "1",
      "--height",
      "32",
      "--width",
      "32",
      "--probes",
      "none",
    ];
    const places = ["--study", "study", "--cache", "cache", "--output", "run"];
    const output = await npx("reproduce", ...places, ...small);
    expect(output).toContain("Total params: 20,090,177");
    expect(output).toContain("not a diagnostic device");
    expect(await readdir(join(project, "run"))).toEqual(
      expect.arrayContaining(["run.json", "predictions.csv", "metrics.json", "report.html", "model.onnx"]),
    );
    const code = `
      import { loadClassifier } from "covidxr";
      import { encodeImage } from "@covidxr/image";
      const classifier = await loadClassifier("run");
      const image = { width: 40, height: 40, data: new Uint8Array(4800).fill(90) };
      const { label, probability } = await classifier.classify(await encodeImage(image, { format: "png" }));
      console.log(classifier.classes.includes(label), probability > 0 && probability < 1);`;
    expect(await runCommand(process.execPath, ["--input-type=module", "-e", code], { folder: project })).toBe(
      "true true\n",
    );
  });

  test("a CommonJS program requires every entry point, and reaches what is loaded on demand", async () => {
    const program = "use-dynamic-imports.cjs";
    await copyFile(join(__dirname, "consumer", program), join(project, program));
    expect(await outcomeOf(program)).toEqual({
      entries: true,
      onDemand: expect.arrayContaining(["h5wasm/node", "sharp", "undici"]),
      weight: 0.5,
      decoded: [128, 128, 128, 128],
      fetched: 1,
      engines: ["onnxruntime-node", "invalid-argument", "invalid-argument"],
    });
  });

  test("our range of Node is no wider than that of any package below ours", async () => {
    const lock = JSON.parse(await readFile(join(project, "package-lock.json"), "utf8"));
    const installed = Object.entries<{ engines?: { node?: string }; optional?: boolean }>(lock.packages);
    const narrower = installed
      .filter(
        ([, { engines: own, optional }]) =>
          !optional && own?.node !== undefined && !subset(engines, own.node),
      )
      .map(([path, { engines: own }]) => `${path} requires Node ${own!.node}`);
    expect(narrower).toEqual([]);
  });
});

test(
  "pnpm installs the packages, and sessions run natively without any install script",
  async () => {
    const project = await emptyProject("pnpm-project");
    // Packages that are not published yet would be looked for in the registry.
    const overrides = Object.fromEntries(
      packages.map(({ manifest, tarball }) => [manifest.name, `file:${tarball}`]),
    );
    const { packageManager } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8"));
    const workspace = Object.entries(overrides).map(([name, path]) => `  "${name}": ${path}\n`);
    await writeFile(
      join(project, "pnpm-workspace.yaml"),
      `packages: []\nstrictDepBuilds: false\noverrides:\n${workspace.join("")}`,
    );
    const flags = ["-y", packageManager, "add", "--prefer-offline"];
    await runCommand("npx", [...flags, ...(await installed())], { folder: project });
    const code = `
    import "@tensorflow/tfjs-backend-cpu";
    import { compileInference, createSession } from "@covidxr/onnx";
    import { layers, sequential } from "@tensorflow/tfjs-layers";
    const model = sequential({ layers: [layers.dense({ units: 1, inputShape: [2], kernelInitializer: "ones" })] });
    const session = await createSession(compileInference(model).bytes);
    const [output] = Object.values(await session.run({ input: { data: new Float32Array([1, 2]), dims: [1, 2] } }));
    console.log(output.data[0], session.description);`;
    const output = await runCommand(process.execPath, ["--input-type=module", "-e", code], {
      folder: project,
    });
    expect(output).toMatch(/3 onnxruntime-node \d+\.\d+\.\d+ \(cpu\)\n$/);
  },
  HANG_MS,
);
