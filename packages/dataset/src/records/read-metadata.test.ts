import { join } from "node:path";
import { FileError, MetadataError } from "@covidxr/core";
import { expect, test } from "@jest/globals";
import { temporaryFolder } from "../testing/temporary-folder.js";
import { readMetadata } from "./read-metadata.js";

test("reads records from a file", async () => {
  const csv = "patientid,finding,view,modality,folder,filename,\n4,SARS,PA,X-ray,images,a.png,\n";
  const folder = await temporaryFolder({ "metadata.csv": csv });
  const records = await readMetadata(join(folder, "metadata.csv"));
  expect(records).toHaveLength(1);
  expect(records[0]).toMatchObject({ patientId: "4", finding: "SARS", filename: "a.png", line: 2 });
});

test("errors carry the path", async () => {
  const folder = await temporaryFolder({ "metadata.csv": "patientid\n1\n" });
  const path = join(folder, "metadata.csv");
  const failure = readMetadata(path);
  await expect(failure).rejects.toBeInstanceOf(MetadataError);
  await expect(failure).rejects.toMatchObject({ path, reason: "missing-column", column: "finding" });
});

test("a file that is not there, or is a folder", async () => {
  const folder = await temporaryFolder();
  const absent = readMetadata(join(folder, "metadata.csv"));
  await expect(absent).rejects.toBeInstanceOf(FileError);
  await expect(absent).rejects.toMatchObject({ reason: "missing", path: join(folder, "metadata.csv") });
  const directory = readMetadata(folder);
  await expect(directory).rejects.toBeInstanceOf(FileError);
  await expect(directory).rejects.toMatchObject({ reason: "unreadable", path: folder });
});
