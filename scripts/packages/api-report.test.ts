import { expect, test } from "@jest/globals";
import { apiReport } from "./api-report.js";

const DECLARATIONS = `import { Rng } from '@covidxr/core';
export { findLeakage, assertNoLeakage as refuse } from '@covidxr/dataset';

/** Prose. */
declare const SIDES: {
    /** In pixels. */
    readonly width: 382;
};
/** Not exported. */
interface Hidden {
    readonly value: number;
}
declare function twice(value: number, rng: Rng): Hidden;
declare class Box$1 {
    private readonly value;
    constructor(value: number);
}
/** One number. */
declare function twice(values: readonly number[]): Hidden[];
type Name = "a" | "b";

export { Box$1 as Box, type Name, SIDES, twice };
`;

/** The code block of a report. */
const codeOf = (report: string) => report.match(/```ts\n([\s\S]*)\n```\n$/)![1]!;

test("a report has every declaration once, by name, without prose", () => {
  const report = apiReport("@covidxr/planted", DECLARATIONS);
  expect(report).toMatch(/^# API of `@covidxr\/planted`\n/);
  expect(codeOf(report)).toBe(
    `import { Rng } from "@covidxr/core";

export { assertNoLeakage as refuse } from "@covidxr/dataset";
export { findLeakage } from "@covidxr/dataset";

// as Box
export class Box$1 {
    private readonly value;
    constructor(value: number);
}

export type Name = "a" | "b";

export const SIDES: {
    readonly width: 382;
};

export function twice(value: number, rng: Rng): Hidden;
export function twice(values: readonly number[]): Hidden[];

// Not exported, but part of the declarations above

interface Hidden {
    readonly value: number;
}`,
  );
});

test("neither prose nor the order of declarations and exports changes a report", () => {
  const moved = DECLARATIONS.replace('type Name = "a" | "b";\n', "")
    .replace("declare const SIDES", 'type Name = "a" | "b";\ndeclare const SIDES')
    .replace("Prose.", "Other prose.")
    .replace("Box$1 as Box, type Name, SIDES, twice", "twice, SIDES, type Name, Box$1 as Box");
  expect(moved).not.toBe(DECLARATIONS);
  expect(apiReport("@covidxr/planted", moved)).toBe(apiReport("@covidxr/planted", DECLARATIONS));
});

test.each([
  ["a parameter that is required now", "value: number, rng", "value?: number, rng"],
  ["a narrower type", '"a" | "b"', '"a"'],
  ["an export less", "type Name, SIDES, twice", "SIDES, twice"],
  ["a class of which only the type is exported", "Box$1 as Box", "type Box$1 as Box"],
  ["another type behind an exported one", "readonly value: number;", "readonly value: string;"],
  ["a literal value", "382", "320"],
  ["another package's export", "findLeakage,", ""],
])("%s changes the report", (_, before, after) => {
  expect(DECLARATIONS).toContain(before);
  const changed = DECLARATIONS.replace(before, after);
  expect(apiReport("@covidxr/planted", changed)).not.toBe(apiReport("@covidxr/planted", DECLARATIONS));
});

test("declarations spread over files, and exports without names, are refused", () => {
  expect(() => apiReport("x", 'import { A } from "./chunk-B2C.js";')).toThrow("in one file");
  expect(() => apiReport("x", 'export * from "@covidxr/core";')).toThrow("exports by name");
  expect(() => apiReport("x", "declare module 'y' {}")).toThrow("expected a declaration");
});
