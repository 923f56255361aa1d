import { resolveWeights } from "@covidxr/model/internal";
import { expect, test } from "@jest/globals";
import { asFlags } from "./flag-text.js";

test("a command names flags where the library names its options", async () => {
  const error = (await resolveWeights("imagenet", { cacheFolder: "nowhere" }).catch(
    (cause) => cause,
  )) as Error;
  expect(error.message).not.toContain("--");
  const text = asFlags(error.message);
  expect(text).toMatch(
    /fetch them with --download, .*another file with --weights FILE, .* with --weights random$/,
  );
  const wrong = (await resolveWeights("nowhere.h5").catch((cause) => cause)) as Error;
  expect(asFlags(wrong.message)).toContain("use the published ones with --download and --weights imagenet");
});

test.each([
  ['move it away, or replace it with existing: "replace"', "move it away, or replace it with --replace"],
  ["leave out offline: true, or put them there", "leave out --offline, or put them there"],
])("%s", (message, text) => {
  expect(asFlags(message)).toBe(text);
});
