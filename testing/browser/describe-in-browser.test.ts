import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { describeInBrowser } from "./describe-in-browser.js";
import { findChromium } from "./find-chromium.js";

/** Runs the case's file in a Jest of its own; `environment` overrides this process', undefined unsets. */
function runCase(environment: Readonly<Record<string, string | undefined>>) {
  const unset = { CI: undefined, COVIDXR_REQUIRE_BROWSER: undefined, COVIDXR_CHROMIUM: undefined };
  const { status, stderr, error } = spawnSync(
    process.execPath,
    [
      ...["node_modules/jest/bin/jest.js", "--runInBand", "--json", "--outputFile", report],
      ...["--testMatch", "**/testing/browser/cases/*.case.ts"],
    ],
    { encoding: "utf8", timeout: 30_000, env: { ...process.env, ...unset, ...environment } },
  );
  // A browser left behind keeps Jest from ending.
  if (error) throw error;
  const { testResults } = JSON.parse(readFileSync(report, "utf8"));
  type Outcome = { title: string; status: string };
  const outcomes = testResults[0].assertionResults.map(({ title, status }: Outcome) => [title, status]);
  return { status, outcomes, notices: stderr.match(/^skipped .*/gm) ?? [], stderr };
}
const folder = () => mkdtempSync(join(tmpdir(), "covidxr-"));
const report = join(folder(), "report.json");

// Elsewhere a browser outside PATH cannot be hidden.
(process.platform === "linux" ? describe : describe.skip)("without a Chromium", () => {
  const PATH = folder();

  test.each([{}, { CI: "false" }, { COVIDXR_REQUIRE_BROWSER: "0" }])(
    "skips with a line on how to get one: %j",
    (more) => {
      const { status, outcomes, notices } = runCase({ PATH, ...more });
      expect(outcomes).toEqual([
        ["passes", "pending"],
        ["throws", "pending"],
        ["hangs", "pending"],
      ]);
      expect(status).toBe(0);
      expect(notices).toEqual([
        expect.stringMatching(
          /^skipped "first block": no Chromium .*apt-get install chromium.*COVIDXR_CHROMIUM/,
        ),
        expect.stringMatching(/^skipped "second block": no Chromium /),
      ]);
    },
  );

  test.each([{ CI: "true" }, { COVIDXR_REQUIRE_BROWSER: "1" }])("fails where one is required: %j", (more) => {
    const { status, outcomes, stderr } = runCase({ PATH, ...more });
    expect(status).toBe(1);
    expect(outcomes).toEqual([
      ["has a browser", "failed"],
      ["has a browser", "failed"],
    ]);
    expect(stderr).toContain("no Chromium found: install one (Debian: apt-get install chromium)");
  });
});

describeInBrowser("with a Chromium", () => {
  test("tests that throw and hang leave no browser behind, and one serves all blocks", () => {
    const started = join(folder(), "started");
    const program = join(folder(), "chromium");
    // `exec` keeps the process: what is noted is the browser's own number.
    writeFileSync(program, `#!/bin/sh\necho $$ >> '${started}'\nexec '${findChromium()}' "$@"\n`);
    chmodSync(program, 0o755);
    const { status, outcomes } = runCase({ COVIDXR_CHROMIUM: program });
    expect(status).toBe(1);
    expect(outcomes).toEqual([
      ["passes", "passed"],
      ["throws", "failed"],
      ["hangs", "failed"],
    ]);
    const numbers = readFileSync(started, "utf8").trim().split("\n");
    expect(numbers).toHaveLength(1);
    expect(() => process.kill(Number(numbers[0]), 0)).toThrow("ESRCH");
  });
});
