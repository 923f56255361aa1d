import { importAsInBrowser } from "@covidxr/testing/bundle";
import { expect, test } from "@jest/globals";
import { auditCohort, splitByPatient } from "./cohort.js";
import { cleanCohort } from "./testing/clean-cohort.js";

test("a cohort is split and audited in a browser as in Node", async () => {
  const browser = await importAsInBrowser<typeof import("./cohort.js")>("packages/audit/src/cohort.ts");
  const { rows, fingerprints } = cleanCohort(1);
  const split = splitByPatient(rows, { seed: 2 });
  expect(JSON.stringify(browser.splitByPatient(rows, { seed: 2 }))).toBe(JSON.stringify(split));
  const options = { fingerprints, copies: [], now: new Date("2021-06-15"), seed: 3 };
  expect(JSON.stringify(browser.auditCohort(rows, options))).toBe(JSON.stringify(auditCohort(rows, options)));
});
