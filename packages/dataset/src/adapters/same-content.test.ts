import fileSystem from "node:fs/promises";
import { join } from "node:path";
import { FileError } from "@covidxr/core";
import { afterEach, expect, jest, test } from "@jest/globals";
import { temporaryFolder } from "../testing/temporary-folder.js";
import { sameContent } from "./same-content.js";

afterEach(() => {
  jest.restoreAllMocks();
});

const LONG = "x".repeat((1 << 18) * 2);

test.each([
  ["", "", true],
  ["a", "a", true],
  ["a", "b", false],
  ["a", "", false],
  [LONG, LONG, true],
  [`${LONG}a`, `${LONG}b`, false],
  [`${LONG}`, `${LONG}b`, false],
])("compares bytes to the last (case %#)", async (first, second, same) => {
  const folder = await temporaryFolder({ first, second });
  expect(await sameContent(join(folder, "first"), join(folder, "second"))).toBe(same);
});

test("reads nothing when the lengths differ", async () => {
  const folder = await temporaryFolder({ first: "a", second: "bc", third: "d" });
  const read = jest.fn();
  const { open } = fileSystem;
  jest.spyOn(fileSystem, "open").mockImplementation(async (...options) => {
    const handle = await open(...options);
    const original = handle.read.bind(handle);
    handle.read = ((...given: Parameters<typeof original>) => {
      read();
      return original(...given);
    }) as typeof handle.read;
    return handle;
  });
  expect(await sameContent(join(folder, "first"), join(folder, "second"))).toBe(false);
  expect(read).not.toHaveBeenCalled();
  expect(await sameContent(join(folder, "first"), join(folder, "third"))).toBe(false);
  expect(read).toHaveBeenCalled();
});

test("a file that is not there is named", async () => {
  const folder = await temporaryFolder({ first: "a" });
  const failure = sameContent(join(folder, "first"), join(folder, "second"));
  await expect(failure).rejects.toBeInstanceOf(FileError);
  await expect(failure).rejects.toMatchObject({ reason: "missing", path: join(folder, "second") });
});
