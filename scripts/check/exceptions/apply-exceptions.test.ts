import { expect, test } from "@jest/globals";
import type { Fault } from "../repository/fault.js";
import { applyExceptions, type Exception } from "./apply-exceptions.js";

const fault: Fault = { rule: "file-length", file: "a.ts", message: "too long" };
const peer: Fault = {
  rule: "unimported-peer",
  file: "package.json",
  subject: "zod",
  message: "not imported",
};
const reason = "Because.";

test("an exception excuses its rule in its file", () => {
  const exceptions: Exception[] = [{ rule: "file-length", file: "a.ts", reason }];
  expect(applyExceptions([fault, fault], exceptions)).toEqual([]);
});

test.each<[string, Exception]>([
  ["another rule", { rule: "file-name", file: "a.ts", reason }],
  ["another file", { rule: "file-length", file: "b.ts", reason }],
  ["another subject", { rule: "file-length", file: "a.ts", subject: "zod", reason }],
])("%s stays, and the exception is one too many", (_, exception) => {
  const faults = applyExceptions([fault], [exception]);
  expect(faults).toMatchObject([fault, { rule: "exception", file: exception.file }]);
});

test("a subject is excused alone", () => {
  const other = { ...peer, subject: "yaml" };
  const exceptions: Exception[] = [{ rule: "unimported-peer", file: "package.json", subject: "zod", reason }];
  expect(applyExceptions([peer, other], exceptions)).toEqual([other]);
});
