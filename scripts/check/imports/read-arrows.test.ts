import { expect, test } from "@jest/globals";
import { plantedRepository } from "../testing/planted-repository.js";
import { readArrows } from "./read-arrows.js";

function tableOf(...rows: string[]) {
  const head = ["# A", "", "| package | may import |", "| --- | --- |", "| `zero` | – |", ""];
  const lines = [
    ...head,
    "## Packages and arrows",
    "",
    "| package | may import | holds |",
    "| --- | --- | --- |",
    ...rows,
    "",
    "Text.",
  ];
  return plantedRepository({ "ARCHITECTURE.md": lines.join("\n") });
}

test("none, some and all", () => {
  const { rows, faults } = readArrows(
    tableOf(
      "| `core` | – | a |",
      "| `image` | `core` | b |",
      "| `audit` | `core`, `image` | c |",
      "| `examples` | all | d |",
    ),
  );
  expect(faults).toEqual([]);
  expect([...rows]).toEqual([
    ["core", new Set()],
    ["image", new Set(["core"])],
    ["audit", new Set(["core", "image"])],
    ["examples", "all"],
  ]);
});

test.each([
  ["a package twice", ["| `core` | – |", "| `core` | – |"], 12],
  ["a name without backquotes", ["| core | – |"], 11],
  ["an empty cell", ["| `core` | |"], 11],
  ["words among the names", ["| `core` | – |", "| `image` | `core` and more |"], 12],
  ["a target without a row", ["| `image` | `core` |"], 11],
  ["an arrow to itself", ["| `core` | `core` |"], 11],
])("%s is a fault", (_, rows, line) => {
  expect(readArrows(tableOf(...rows)).faults).toMatchObject([
    { rule: "arrow", file: "ARCHITECTURE.md", line },
  ]);
});

test("a circle of arrows is a fault of each package in it", () => {
  const { faults } = readArrows(tableOf("| `a` | `b` |", "| `b` | `c` |", "| `c` | `a` |", "| `d` | `a` |"));
  expect(faults.map(({ line }) => line)).toEqual([11, 12, 13]);
});

test.each([
  ["no file", {}],
  ["no table", { "ARCHITECTURE.md": "## Packages and arrows\n\nText.\n" }],
  ["no heading", { "ARCHITECTURE.md": "| package | may import |\n| --- | --- |\n| `core` | – |\n" }],
  [
    "another column",
    { "ARCHITECTURE.md": "## Packages and arrows\n| package | holds |\n| --- | --- |\n| `core` | – |\n" },
  ],
])("%s is a fault", (_, texts) => {
  const { rows, faults } = readArrows(plantedRepository(texts as Record<string, string>));
  expect(rows.size).toBe(0);
  expect(faults).toHaveLength(1);
});
