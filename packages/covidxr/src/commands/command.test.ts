import { readFile } from "node:fs/promises";
import { FileError } from "@covidxr/core";
import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import { Command } from "commander";
import { execute } from "./command.js";

let lines: string[];
let before: typeof process.exitCode;
beforeEach(() => {
  lines = [];
  before = process.exitCode;
  jest.spyOn(console, "error").mockImplementation((line: string) => void lines.push(line));
});
afterEach(() => {
  process.exitCode = before;
  jest.restoreAllMocks();
});

const run = (action: () => unknown) =>
  execute(
    new Command("x").action(async () => void (await action())),
    [],
  );

test("what the system refuses is one line with the path and a remedy, not a stack trace", async () => {
  await run(() => readFile("/nowhere/metadata.csv"));
  expect(lines).toEqual([expect.stringMatching(/^Error: .*\/nowhere\/metadata\.csv.*; check the path/)]);
  expect(process.exitCode).toBe(1);
});

test("names in errors cannot move the cursor or begin a line", async () => {
  await run(() => {
    throw new FileError({
      path: "a\u001b[2J\nb\u202egnp.exe",
      reason: "missing",
      message: "expected a file",
    });
  });
  expect(lines).toEqual(["Error: a\\u001b[2J\\nb\\u202egnp.exe: expected a file"]);
});

test("what nobody expected is thrown", async () => {
  await expect(run(() => (undefined as unknown as string).length)).rejects.toBeInstanceOf(TypeError);
});
