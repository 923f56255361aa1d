import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { checkMarkdownLinks, headingAnchors } from "./check-markdown-links.js";

const ROOT = join(__dirname, "..", "..", "..");

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
