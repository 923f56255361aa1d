import { expect, test } from "@jest/globals";
import type { AttributeAssociation } from "../cohort-audit.js";
import { isAttributeShortcut, shareBeyondChance } from "./attribute-shortcut.js";

const association = (share: number, shareByChance: number, adjustedPValue: number): AttributeAssociation => ({
  attribute: "source",
  known: 100,
  values: [],
  mutualInformation: share,
  share,
  shareByChance,
  pValue: adjustedPValue,
  adjustedPValue,
});

test.each([
  { share: 0.25, shareByChance: 0.125, adjustedPValue: 0.009, shortcut: true },
  { share: 0.25, shareByChance: 0.125, adjustedPValue: 0.01, shortcut: false },
  { share: 0.05, shareByChance: 0, adjustedPValue: 0.001, shortcut: true },
  { share: 0.05, shareByChance: 0.001, adjustedPValue: 0.001, shortcut: false },
  { share: Number.NaN, shareByChance: Number.NaN, adjustedPValue: Number.NaN, shortcut: false },
])("$share against $shareByChance by chance, p = $adjustedPValue: $shortcut", (example) => {
  const { share, shareByChance, adjustedPValue, shortcut } = example;
  const tested = association(share, shareByChance, adjustedPValue);
  expect(isAttributeShortcut(tested)).toBe(shortcut);
  expect(shareBeyondChance(tested)).toBe(share - shareByChance);
});
