import { importAsInBrowser } from "@covidxr/testing/bundle";
import { expect, test } from "@jest/globals";
import { parseMetadata, stratifiedGroupKFold } from "./cohort.js";

const METADATA = `patientid,finding,view,modality,folder,filename
7,"COVID-19, ARDS",PA,X-ray,images,ä.png
8,SARS,PA,X-ray,images,b.png
`;

test("records are read and split in a browser as in Node", async () => {
  const browser = await importAsInBrowser<typeof import("./cohort.js")>("packages/dataset/src/cohort.ts");
  const records = parseMetadata(METADATA, "metadata.csv");
  expect(JSON.stringify(browser.parseMetadata(METADATA, "metadata.csv"))).toBe(JSON.stringify(records));
  const labels = [0, 1, 0, 1, 0, 1];
  const folds = stratifiedGroupKFold(labels, { folds: 2, seed: 3 });
  expect([...browser.stratifiedGroupKFold(labels, { folds: 2, seed: 3 })]).toEqual(folds);
  expect(() =>
    browser.assertNoLeakage({ a: [{ path: "a", patientId: "1" }], b: [{ path: "b", patientId: "1" }] }),
  ).toThrow("patient 1");
});
