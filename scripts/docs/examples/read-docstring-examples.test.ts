import { expect, test } from "@jest/globals";
import { readDocstringExamples } from "./read-docstring-examples.js";
import { readMarkdownExamples } from "./read-markdown-examples.js";

test("blocks behind @example of exported declarations, with their lines", () => {
  const text = `import { a } from "b";

/** Adds. */
export function add() {}

/**
 * Doubles.
 *
 * \`\`\`ts
 * no example;
 * \`\`\`
 *
 * @example
 * \`\`\`ts
 * double(2);
 *
 *   double(3); // 6
 * \`\`\`
 */
export async function double() {}
`;
  expect(readDocstringExamples("a.ts", text)).toEqual([
    { file: "a.ts", subject: "double", line: 15, code: "double(2);\n\n  double(3); // 6", output: undefined },
  ]);
});

test("blocks of a Markdown file that are fenced as ts, with the output right below", () => {
  const text =
    "# A\n\n```sh\nls\n```\n\n```ts\na();\n```\n\n```\nprinted\n```\n\n```ts\nb();\n```\n\nprose\n\n```\nelse\n```\n";
  expect(readMarkdownExamples("a.md", text)).toEqual([
    { file: "a.md", subject: undefined, line: 8, code: "a();", output: "printed" },
    { file: "a.md", subject: undefined, line: 16, code: "b();", output: undefined },
  ]);
});
