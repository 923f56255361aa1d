import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { minVersion } from "semver";

const ROOT = join(__dirname, "../..");
const FOLDER = join(ROOT, ".github/workflows");

async function workflows(): Promise<{ name: string; text: string }[]> {
  const names = await readdir(FOLDER);
  return Promise.all(names.map(async (name) => ({ name, text: await readFile(join(FOLDER, name), "utf8") })));
}

test("every action is pinned to a commit, with its version beside it", async () => {
  const uses = (await workflows()).flatMap(({ text }) => text.match(/\buses: .*/g) ?? []);
  expect(uses.length).toBeGreaterThan(0);
  expect(uses.filter((line) => !/^uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual(
    [],
  );
});

test("workflows call scripts that exist, and name no registry", async () => {
  const { scripts } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8"));
  for (const { name, text } of await workflows()) {
    const called = [...text.matchAll(/npm run ([\w:-]+)/g)].map(([, script]) => script!);
    expect({ name, unknown: called.filter((script) => !(script in scripts)) }).toEqual({ name, unknown: [] });
    expect(text).not.toMatch(/https?:\/\//);
  }
});

test("CI runs on the oldest Node that packages support", async () => {
  const { engines } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8"));
  const ci = await readFile(join(FOLDER, "ci.yml"), "utf8");
  expect(ci).toContain(`node: ["${minVersion(engines.node)!.version}", "latest"]`);
});

test("publishing may ask for provenance", async () => {
  const release = await readFile(join(FOLDER, "release.yml"), "utf8");
  expect(release).toMatch(/^ {6}id-token: write\b/m);
});
