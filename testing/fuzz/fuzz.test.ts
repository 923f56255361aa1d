import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { runProgram } from "../../packages/covidxr/src/testing/run-program.js";

const fuzz = async (...flags: string[]) => {
  const keep = await mkdtemp(join(tmpdir(), "covidxr-"));
  return runProgram(process.cwd(), ["--keep", keep, ...flags], {
    program: "fuzz",
    env: { COVIDXR_CACHE: keep },
  });
};

test("20 altered inputs of each group give their result, an error of ours, or a word", async () => {
  const { code, stdout, stderr } = await fuzz("--trials", "20");
  // Names what failed.
  expect(stdout.split("\n").filter((line) => /^\w+ \d+: /.test(line))).toEqual([]);
  expect(stdout.match(/^\| \w+ \| 20 \|/gm)).toHaveLength(9);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
});

test("a group that does not exist is refused", async () => {
  expect(await fuzz("--group", "none")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("tables"),
  });
});
