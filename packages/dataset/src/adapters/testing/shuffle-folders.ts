import fileSystem from "node:fs/promises";
import { createRng } from "@covidxr/core";
import { jest } from "@jest/globals";

/** Lets folders be listed in an order of their own, as file systems do, until `jest.restoreAllMocks`. */
export function shuffleFolders(seed: number): void {
  const { readdir } = fileSystem;
  let call = 0;
  const shuffled = async (...options: Parameters<typeof readdir>): Promise<unknown[]> => {
    const entries: unknown[] = await readdir(...options);
    const order = createRng(seed, { purpose: "order of a folder", index: call++ }).permutation(
      entries.length,
    );
    return Array.from(order, (place) => entries[place]);
  };
  jest.spyOn(fileSystem, "readdir").mockImplementation(shuffled as typeof readdir);
}
