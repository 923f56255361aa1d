import { readFile } from "node:fs/promises";
import { FileError, InterruptedError } from "@covidxr/core";
import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import { Command } from "commander";
import { execute, withResumption } from "./command.js";

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

test.each([
  ["SIGHUP", 129],
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const)(
  "%s stops after the current step with status %d; a second one at once",
  async (signal, status) => {
    await jest.isolateModulesAsync(async () => {
      const command = await import("./command.js");
      const exit = jest.spyOn(process, "exit").mockImplementation((() => {}) as never);
      const stop = command.stopOnSignal();
      process.emit(signal);
      expect([stop.aborted, exit.mock.calls]).toEqual([true, []]);
      expect(lines).toEqual([expect.stringContaining("topping after the current step")]);
      await command.execute(
        new Command("x").action(() => {
          throw new InterruptedError({ operation: "training", message: "training was interrupted" });
        }),
        [],
      );
      expect([lines.at(-1), process.exitCode]).toEqual(["Stopped: training was interrupted.", status]);
      process.emit(signal);
      expect(exit.mock.calls).toEqual([[status]]);
      for (const each of ["SIGHUP", "SIGINT", "SIGTERM"]) process.removeAllListeners(each);
    });
  },
);

test("a run that a full disk ended says how it is resumed", () => {
  const full = new FileError({
    ...{
      path: "/cache/a",
      reason: "unwritable",
      message: "no space left on the disk; free 5.0 MB and run again",
    },
    cause: Object.assign(new Error("ENOSPC"), { code: "ENOSPC" }),
  });
  expect((withResumption(full, "reproduce", "/runs/a") as Error).message).toBe(
    "/cache/a: no space left on the disk; free 5.0 MB and run again; resume with covidxr reproduce --resume /runs/a",
  );
  const other = new FileError({ path: "/a", reason: "missing", message: "expected a file" });
  expect(withResumption(other, "reproduce", "/runs/a")).toBe(other);
});
