import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Example } from "./example.js";
import { readDocstringExamples } from "./read-docstring-examples.js";
import { readMarkdownExamples } from "./read-markdown-examples.js";

/** Examples of the packages' docstrings, in the order of their files. */
export function listDocstringExamples(root: string): Example[] {
  const files = readdirSync(join(root, "packages")).flatMap((name) =>
    readdirSync(join(root, "packages", name, "src"), { recursive: true, encoding: "utf8" })
      .map((file) => `packages/${name}/src/${file.replaceAll("\\", "/")}`)
      .filter((file) => /\.tsx?$/.test(file) && !/\.(test|study|fixture)\.tsx?$/.test(file)),
  );
  return files
    .sort()
    .map((file) => ({ file, text: readFileSync(join(root, file), "utf8") }))
    .filter(({ text }) => text.includes("@example"))
    .flatMap(({ file, text }) => readDocstringExamples(file, text));
}

/** Examples of the README, the packages' READMEs and the guides. */
export function listMarkdownExamples(root: string): Example[] {
  const files = [
    "README.md",
    ...readdirSync(join(root, "packages")).map((name) => `packages/${name}/README.md`),
    ...readdirSync(join(root, "docs"))
      .filter((name) => name.endsWith(".md"))
      .map((name) => `docs/${name}`),
  ];
  return files.flatMap((file) => readMarkdownExamples(file, readFileSync(join(root, file), "utf8")));
}
