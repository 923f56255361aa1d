import { FileError } from "@covidxr/core";
import { expect } from "@jest/globals";
import { temporaryFolder } from "../../testing/temporary-folder.js";
import { unpackArchive } from "../unpack-archive.js";
import { writeArchive } from "./make-archive.js";
import { readTree } from "./tree.js";

/** Unpacks an archive that must be refused: the folder stays as it was. */
export async function expectFault(
  bytes: Uint8Array,
  fields: Partial<FileError>,
  before: Record<string, string> = {},
): Promise<void> {
  const archive = await writeArchive(bytes);
  const folder = await temporaryFolder(before);
  const failure = unpackArchive(archive, folder);
  await expect(failure).rejects.toBeInstanceOf(FileError);
  await expect(failure).rejects.toMatchObject(
    fields.reason === "corrupt" ? { path: archive, ...fields } : fields,
  );
  expect(await readTree(folder)).toEqual(before);
}
