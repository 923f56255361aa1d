import { expect, test } from "@jest/globals";
import { plantedRepository } from "../testing/planted-repository.js";
import { listTexts } from "./list-texts.js";
import type { Zone } from "./spellings.js";

const texts = (text: string, zone: Zone, file = "a.tsx") =>
  listTexts(plantedRepository({ [file]: text }), file)
    .filter((found) => found.zone === zone)
    .map((found) => found.text.replace(/\s+/g, " ").trim())
    .filter((found) => found !== "");

test.each([
  ["a comment", "// A word.", ["A word."]],
  ["comments line by line", "// Two\n  // words.", ["Two words."]],
  ["a docstring", "/**\n * Two\n * words.\n */\nconst a = 1;", ["/** Two words. */"]],
  ["a comment behind code", "const a = 1; // A word.", ["A word."]],
  ["a comment before a brace", "function f() {\n  // A word.\n}", ["A word."]],
  ["the last comment", "f();\n// A word.", ["A word."]],
  ["a sentence", 'const a = "two words";', ["two words"]],
  ["a template", "const a = `two words $" + "{b} and more`;", ["two words $", "and more"]],
  ["text of JSX", "const a = <p>Words // here</p>;", ["Words // here"]],
])("%s", (_, text, found) => {
  expect(texts(text, "prose")).toEqual(found);
});

test.each([
  ["a word in quotes, which may be a value", 'const a = "color";'],
  ["a module's name", 'import "a b";'],
  ["what looks like a comment in a string", 'const a = "https://b";'],
  ["code in a comment", "// `color`"],
  ["a link in a comment", "// {@link color}"],
  ["an address", "// https://example.org/color"],
  ["a flag", "// --color"],
  ["a title", '// "Color of Radiographs in Two Classes"'],
  ["CSS", "const a = `p { color: red; }`;"],
  ["a row of a table", 'const a = "a,color,b\\n ";'],
])("%s is left out", (_, text) => {
  expect(texts(text, "prose").join(" ")).not.toMatch(/[a-z]{3}/);
});

test("Markdown without its code, addresses and tags", () => {
  const text = "# Head\n\n`code` and [a link](docs/color.md)\n\n```ts\ncolor\n```\n<img src='color'>\nEnd.";
  expect(texts(text, "prose", "a.md")).toEqual(["# Head and [a link End."]);
});

test("a report of an API is not read", () => {
  expect(texts("color", "prose", "packages/core/api/core.api.md")).toEqual([]);
});

test("names that are declared, not those that are used", () => {
  const text = `
    import { used, a as b } from "x";
    const c = used.d, { e, f: g } = used;
    function h(i: used) { return i.j({ k: 1 }); }
    class L { m = 1; n() {} get o() { return 1; } }
    interface P { q: used; r(): used }
    type S<T> = T;
    enum U { v }
  `;
  const names = texts(text, "names", "a.ts");
  expect(names.sort().join("")).toBe("LPSTUbceghimnoqrv".split("").sort().join("").replace("e", ""));
});
