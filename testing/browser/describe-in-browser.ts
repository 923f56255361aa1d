import { afterAll, describe, test } from "@jest/globals";
import { findChromium } from "./find-chromium.js";
import { closeSharedBrowser } from "./internal/shared-browser.js";

const ABSENT =
  "no Chromium found: install one (Debian: apt-get install chromium) or set COVIDXR_CHROMIUM to its path";

/** True where a missing browser must fail: on CI, and where COVIDXR_REQUIRE_BROWSER is 1. */
function isBrowserRequired({ CI, COVIDXR_REQUIRE_BROWSER }: NodeJS.ProcessEnv): boolean {
  return COVIDXR_REQUIRE_BROWSER === "1" || !["", "0", "false"].includes(CI ?? "");
}

/**
 * Jest's `describe` for tests that call `openPage`. The browser starts with the first page, serves the whole test file
 * and ends with it, whether its tests pass or fail.
 *
 * Without a Chromium the tests are skipped, with one line on standard error that says so; where CI is set or
 * COVIDXR_REQUIRE_BROWSER is 1, one test fails in their place.
 */
export function describeInBrowser(name: string, define: () => void): void {
  if (findChromium() !== undefined) {
    // Registered around the block rather than in it: blocks of one file share the browser.
    afterAll(closeSharedBrowser);
    describe(name, define);
  } else if (isBrowserRequired(process.env)) {
    describe(name, () => {
      test("has a browser", () => {
        throw new Error(ABSENT);
      });
    });
  } else {
    process.stderr.write(`skipped "${name}": ${ABSENT}\n`);
    describe.skip(name, define);
  }
}
