import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { checkMarkdownLinks, checkSiteLinks, headingAnchors } from "./links.js";

const ROOT = join(__dirname, "..", "..");

describe("Markdown", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "covidxr-links-"));
    mkdirSync(join(folder, "docs"));
    writeFileSync(join(folder, "docs", "README.md"), "# Guides\n\n## `audit.json`, two words\n");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test.each([
    ["[a](docs)", []],
    ["[a](docs/README.md#guides)", []],
    ["[a](docs#auditjson-two-words)", []],
    ["[`a`](#a-b) \n\n# A b", []],
    ["[a](https://example.org/none#b)", []],
    ["`[a](none.md)`", []],
    ["```md\n[a](none.md)\n```", []],
    ["x\n\n[a](none.md)", ["a.md:3: none.md: no such file"]],
    ["[`a`](none.md)", ["a.md:1: none.md: no such file"]],
    ['<img alt="" src="none.svg">', ["a.md:1: none.svg: no such file"]],
    ["[a](docs/README.md#none)", ["a.md:1: docs/README.md#none: no such heading"]],
    ["[a](#none)", ["a.md:1: #none: no such heading"]],
    ["[a](/docs)", ["a.md:1: /docs: expected a path relative to the file"]],
  ])("%j", (text, faults) => {
    writeFileSync(join(folder, "a.md"), `${text}\n`);
    expect(checkMarkdownLinks(folder, ["a.md"])).toEqual(faults);
  });

  test("anchors of headings", () => {
    const text =
      "# What `a.b` does – and why\n## Twice\n```sh\n# no heading\n```\n## Twice\n## [A link](a.md), x_y\n";
    expect([...headingAnchors(text)]).toEqual(["what-ab-does--and-why", "twice", "twice-1", "a-link-x_y"]);
  });

  test("the repository's own links lead somewhere", () => {
    const listed = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "*.md"], {
      cwd: ROOT,
      encoding: "utf8",
    });
    const files = listed
      .trim()
      .split("\n")
      .filter((file) => !file.includes("/fixtures/") && !file.endsWith(".api.md"));
    expect(files.length).toBeGreaterThan(15);
    expect(checkMarkdownLinks(ROOT, files)).toEqual([]);
  });
});

describe("a site", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "covidxr-site-"));
    write("pages/b.html", '<h1 id="here-1">B</h1><p id="with space">');
    write("assets/style.css", "");
    write("assets/icons.svg", '<svg><g id="icon"/></svg>');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function write(path: string, text: string): void {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }

  test.each([
    ["a page", '<a href="pages/b.html">', []],
    ["an anchor of a page", '<a class="x" href="pages/b.html#here-1">', []],
    ["an anchor of the page itself", '<a href="#here"><p id="here">', []],
    ["a part of a drawing", '<use href="assets/icons.svg#icon">', []],
    [
      "no part of a drawing",
      '<use href="assets/icons.svg#x">',
      ["a.html: assets/icons.svg#x: no such anchor"],
    ],
    ["an encoded anchor", '<a href="pages/b.html#with%20space">', []],
    ["a query", '<link href="assets/style.css?cache=1&amp;a=b">', []],
    ["elsewhere", '<a href="https://example.org/a#b"><img src="data:,">', []],
    ["what only stands in code", '<code>&lt;a href="none.html"&gt;</code>', []],
    ["no file", '<a href="pages/c.html">', ["a.html: pages/c.html: no such file"]],
    ["no image", '<img alt="" src="c.svg">', ["a.html: c.svg: no such file"]],
    ["no anchor", '<a href="pages/b.html#there">', ["a.html: pages/b.html#there: no such anchor"]],
    ["no anchor in the page itself", '<a href="#there">', ["a.html: #there: no such anchor"]],
    ["a folder", '<a href="pages">', ["a.html: pages: expected a file, got a folder"]],
    ["outside", '<a href="../a.html">', ["a.html: ../a.html: leaves the site"]],
    ["the host's root", '<a href="/a.html">', ["a.html: /a.html: expected an address relative to the page"]],
    [
      "a file of a machine",
      '<a href="file:///a">',
      ["a.html: file:///a: expected an address relative to the page"],
    ],
  ])("a link to %s", (_, text, faults) => {
    write("a.html", text);
    expect(checkSiteLinks(folder)).toEqual(faults);
  });

  test("pages in folders", () => {
    write("pages/a.html", '<a href="../pages/b.html#here-1"><a href="b.html#none">');
    expect(checkSiteLinks(folder)).toEqual(["pages/a.html: b.html#none: no such anchor"]);
  });
});
