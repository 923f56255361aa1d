import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { plantedRepository } from "../testing/planted-repository.js";
import { smallRepository } from "../testing/small-repository.js";
import { checkCycles } from "./check-cycles.js";

const importing = (...names: string[]) => names.map((name) => `import "./${name}.js";\n`).join("");
const graphOf = (targets: readonly (readonly number[])[]) =>
  plantedRepository(
    Object.fromEntries(
      targets.map((to, from) => [`f${from}.ts`, importing(...to.map((name) => `f${name}`))]),
    ),
  );

test("files that share a third one are silent", () => {
  expect(checkCycles(smallRepository())).toEqual([]);
  expect(checkCycles(graphOf([[1, 2], [2], []]))).toEqual([]);
});

test("a circle is named once, from its first file, along the shortest way", () => {
  const repository = plantedRepository({
    "a.ts": importing("b", "c"),
    "b.ts": importing("d"),
    "c.ts": "\nimport type { A } from './a.js';\n",
    "d.ts": importing("a"),
    "e.ts": importing("a"),
  });
  expect(checkCycles(repository)).toEqual([
    {
      rule: "cycle",
      file: "a.ts",
      line: 2,
      message: "imports lead back: a.ts → c.ts → a.ts; move what both ends need into a file of its own",
    },
  ]);
});

test.each([
  'import type { A } from "./b.js";',
  'type A = import("./b.js").A;',
  'export { a } from "./b.js";',
  "import('./b');",
])("%s counts", (text) => {
  const faults = checkCycles(plantedRepository({ "a.ts": text, "b.tsx": importing("a") }));
  expect(faults).toMatchObject([{ file: "a.ts", line: 1 }]);
});

test("a file that imports itself, and two circles apart", () => {
  expect(checkCycles(graphOf([[0], [2], [1]])).map(({ file }) => file)).toEqual(["f0.ts", "f1.ts"]);
});

test("arrows downwards are silent; one arrow back along a way is found", () => {
  const downwards = fc
    .integer({ min: 2, max: 12 })
    .chain((size) =>
      fc.tuple(
        ...Array.from({ length: size }, (_, from) =>
          fc.subarray(Array.from({ length: size - from - 1 }, (_, i) => from + 1 + i)),
        ),
      ),
    );
  fc.assert(
    fc.property(downwards, fc.nat(), fc.nat(), (targets, start, steps) => {
      expect(checkCycles(graphOf(targets))).toEqual([]);
      const first = start % targets.length;
      let last = first;
      for (let step = 0; step <= steps % targets.length; step += 1) last = targets[last]?.[0] ?? last;
      const closed = targets.map((to, from) => (from === last ? [...to, first] : to));
      expect(checkCycles(graphOf(closed))).toHaveLength(1);
    }),
    { numRuns: 50, seed: 1 },
  );
});
