import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import {
  checkAccessibility,
  describeInBrowser,
  horizontalOverflow,
  openPage,
} from "@covidxr/testing/browser";
import { afterAll, beforeAll, expect, test } from "@jest/globals";

const ROOT = join(__dirname, "..", "..");
const folder = mkdtempSync(join(tmpdir(), "covidxr-site-"));
const site = join(folder, "site");
afterAll(() => rmSync(folder, { recursive: true }));

interface Build {
  readonly status: number | null;
  readonly faults: string;
}

/** A process of its own: the generator is an ES module, and slow in the context of tests. */
function build(...flags: readonly string[]): Promise<Build> {
  const program = join(ROOT, "scripts/docs/build-site.ts");
  const child = spawn(process.execPath, ["--import", "tsx", program, ...flags], {
    cwd: ROOT,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let faults = "";
  child.stderr.on("data", (chunk) => {
    faults += chunk;
  });
  return new Promise((resolve) => child.on("close", (status) => resolve({ status, faults })));
}

let built: Build;
beforeAll(async () => {
  built = await build(site);
});

test("the site has no undocumented symbol and no link that leads nowhere", () => {
  expect(built).toEqual({ status: 0, faults: "" });
});

test("undocumented symbols and broken links are errors", async () => {
  const root = join(folder, "planted");
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  const source = "packages/a/src/index.ts";
  write("package.json", '{ "name": "planted" }');
  write("tsconfig.json", '{ "include": ["packages/*/src"], "compilerOptions": { "types": [] } }');
  write("packages/a/package.json", '{ "name": "@covidxr/a", "version": "0.0.0" }');
  write("README.md", "# Planted\n\n[A](packages/a), [guide](docs/guide.md#part-of-it).\n");
  write("packages/a/README.md", "# @covidxr/a\n\n[Back](../../README.md).\n");
  const other = "packages/b/src/index.ts";
  write("packages/b/package.json", '{ "name": "@covidxr/b", "version": "0.0.0" }');
  write("packages/b/README.md", "# @covidxr/b\n");
  write(other, "/** Two. */\nexport const two = 2;\n");
  const modules = [
    { name: "@covidxr/a", entry: source, readme: "packages/a/README.md" },
    { name: "@covidxr/b", entry: other, readme: "packages/b/README.md" },
  ];
  write("contents.json", JSON.stringify({ root, modules, pages: ["docs/guide.md"] }));
  write("docs/guide.md", "# Guide\n\n## Another\n\n[none](none.md)\n");
  write(
    source,
    "/** See {@link nothing}. */\nexport const add = (value: number): number => value;\nexport const bare = 1;\n",
  );
  const { status, faults } = await build(join(root, "site"), join(root, "contents.json"));
  expect(status).toBe(1);
  expect(faults).toMatch(/bare .*does not have any documentation/);
  expect(faults).toMatch(/Failed to resolve link to "nothing"/);
  expect(faults).toMatch(/part-of-it, but the anchor does not exist/);
  expect(faults).toMatch(/index\.html: .*#part-of-it: no such anchor/);
  expect(faults).toMatch(/none\.md: no such file/);
});

describeInBrowser("the site in a browser", () => {
  test.each([
    ["index.html", "dark", 390, "covidxr"],
    ["functions/_covidxr_metrics.clopperPearson.html", "light", 1280, "Function clopperPearson"],
  ] as const)("%s, %s, %d pixels wide", async (file, colorScheme, width, heading) => {
    const opened = await openPage(join(site, file), { site, colorScheme, width });
    const { page, errors, requests } = opened;
    expect(await page.locator("h1").first().textContent()).toBe(heading);
    expect(await horizontalOverflow(page)).toEqual([]);
    const { violations } = await checkAccessibility(page);
    // The theme's folding contents have links in their headings.
    expect(violations.filter(({ rule }) => rule !== "nested-interactive")).toEqual([]);
    expect(
      await page.evaluate(() =>
        Array.from(document.images)
          .filter((image) => image.naturalWidth === 0)
          .map(({ src }) => src),
      ),
    ).toEqual([]);
    // From a disk, Chromium refuses parts of another drawing and says so; a script of the page then puts them inside.
    const messages = opened.messages.filter(
      ({ text }) => !/^Unsafe attempt .*assets\/icons\.svg#/.test(text),
    );
    expect({ messages, errors, requests }).toEqual({ messages: [], errors: [], requests: [] });
  });

  test("the search finds a section of a guide without any network", async () => {
    const [words, result] = ["your own backbone", "Your own backbone and head"] as const;
    const { page, errors, requests } = await openPage(join(site, "index.html"), { site });
    await page.locator("#tsd-search-trigger").click();
    await page.locator("#tsd-search-input").pressSequentially(words);
    const first = page.locator("#tsd-search-results li a").first();
    await first.waitFor();
    expect(await first.textContent()).toContain(result);
    await first.click();
    await page.waitForLoadState();
    expect(await page.locator("h1").first().textContent()).toContain(result);
    expect({ errors, requests }).toEqual({ errors: [], requests: [] });
  });

  test("the contents at the side lead to a package's functions", async () => {
    const { page } = await openPage(join(site, "modules", "_covidxr_core.html"), { site });
    await page.locator(".site-menu").getByRole("link", { name: "createRng" }).click();
    await page.waitForLoadState();
    expect(await page.locator("h1").first().textContent()).toBe("Function createRng");
  });
});
