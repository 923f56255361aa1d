import { expect, test } from "@jest/globals";
import { parseMetadata } from "./parse-metadata.js";
import { blankRecord } from "./record.js";

test("knows what it is given, and is blank as a row of metadata.csv with blank cells is", () => {
  const [parsed] = parseMetadata(
    "patientid,finding,view,modality,folder,filename\nx,SARS,,,images,a.png\n",
    "metadata.csv",
  );
  const record = blankRecord({ line: 2, folder: "images", filename: "a.png", finding: "SARS" });
  expect(record).toEqual({ ...parsed, patientId: null });
  expect(Object.keys(record).sort()).toEqual(Object.keys(parsed!).sort());
  expect(blankRecord({ ...record, age: 40, view: "PA" })).toEqual({ ...record, age: 40, view: "PA" });
});
