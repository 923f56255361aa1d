import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { gt, satisfies } from "semver";
import { type PackedPackage, packPackages } from "./pack-packages.js";
import { publicPackages, readManifest } from "./public-packages.js";
import { publishPackages } from "./publish-packages.js";
import { runCommand } from "./run-command.js";

const ROOT = join(__dirname, "../..");
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

/** A copy of the workspace in which the next versions were made. */
let copy: string;
let before: Map<string, string>;
let packages: PackedPackage[];
/** A registry that has no package and refuses every one. */
let server: Server;
const requests: string[] = [];
/** Leads every client to that registry, and hides all credentials from it. */
let environment: Record<string, string | undefined>;

beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), "covidxr-publishing-"));
  for (const name of COPIED) {
    await cp(join(ROOT, name), join(copy, name), {
      recursive: true,
      filter: (path) => !LEFT_OUT.has(basename(path)),
    });
  }
  await symlink(join(ROOT, "node_modules"), join(copy, "node_modules"), "junction");
  before = new Map((await publicPackages(copy)).map(({ manifest }) => [manifest.name, manifest.version]));
  await writeFile(
    join(copy, ".changeset/planted.md"),
    `---\n"@covidxr/core": minor\n"@covidxr/metrics": patch\n---\n\n${CHANGE}\n`,
  );
  await runCommand(process.execPath, [CHANGESETS, "version"], { folder: copy });
  packages = await packPackages(copy, join(copy, "tarballs"));

  server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    response.writeHead(request.method === "GET" ? 404 : 403, { "content-type": "application/json" });
    response.end('{"error":"refused"}');
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const registry = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const home = join(copy, "home");
  await mkdir(home);
  await writeFile(join(copy, ".npmrc"), `registry=${registry}\n`);
  environment = {
    npm_config_cache: (await runCommand("npm", ["config", "get", "cache"], { folder: ROOT })).trim(),
    npm_config_registry: registry,
    npm_config_userconfig: join(home, ".npmrc"),
    HOME: home,
    USERPROFILE: home,
    XDG_CONFIG_HOME: home,
    // Where provenance could come from.
    GITHUB_ACTIONS: undefined,
    ACTIONS_ID_TOKEN_REQUEST_URL: undefined,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: undefined,
    GITLAB_CI: undefined,
  };
});
afterAll(async () => {
  server?.close();
  await rm(copy, { recursive: true, force: true });
});

test("changes become versions and changelogs, and are used up", async () => {
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

test("packed packages ask for each other by the new versions", () => {
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

test("private packages keep their version and get no changelog", async () => {
  for (const name of ["examples", "benchmarks"]) {
    const { version } = await readManifest(join(ROOT, name, "package.json"));
    expect((await readManifest(join(copy, name, "package.json"))).version).toBe(version);
    expect(existsSync(join(copy, name, "CHANGELOG.md"))).toBe(false);
  }
});

test("every tarball passes a dry run of publishing", async () => {
  const outputs = await Promise.all(
    packages.map(({ tarball }) =>
      runCommand("npm", ["publish", "--dry-run", "--json", tarball], { folder: copy, environment }),
    ),
  );
  for (const [i, output] of outputs.entries()) {
    const { name, version } = packages[i]!.manifest;
    expect(output).toContain(`"${name}@${version}"`);
  }
  expect(requests.filter((request) => !request.startsWith("GET "))).toEqual([]);
});

test("what has no provenance is not published", async () => {
  const refusal = await publishPackages(copy, environment).catch((error: Error) => error.message);
  for (const { manifest } of packages) {
    expect(refusal).toContain(`error occurred while publishing ${manifest.name}: ERR_PNPM_PROVENANCE`);
  }
  expect(requests).not.toEqual([]);
  expect(requests.filter((request) => !request.startsWith("GET "))).toEqual([]);
});
