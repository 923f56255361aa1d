import { tmpdir } from "node:os";
import { expect, test } from "@jest/globals";
import { runCommand } from "./run-command.js";

const folder = tmpdir();
const node = (code: string, options: object = {}) =>
  runCommand(process.execPath, ["-e", code], { folder, ...options });

test("a command gives what it wrote, and knows its environment", async () => {
  expect(await node("console.log(process.env.PLANTED)", { environment: { PLANTED: "yes" } })).toBe("yes\n");
  expect(await node("console.log('PATH' in process.env)", { environment: { PATH: undefined } })).toBe(
    "false\n",
  );
});

test("a command does not learn which script of npm runs it", async () => {
  process.env.npm_lifecycle_event = "test";
  expect(await node("console.log(process.env.npm_lifecycle_event)")).toBe("undefined\n");
});

test("a command that fails is an error with all that it wrote", async () => {
  const failing = "console.log('out'); console.error('err'); process.exit(3)";
  await expect(node(failing)).rejects.toThrow(/ended with 3\nout\n\nerr/);
  expect(await node(failing, { expectedCodes: [0, 3] })).toBe("out\n");
});
