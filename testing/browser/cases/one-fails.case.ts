import { afterAll, expect, test } from "@jest/globals";
import { describeInBrowser } from "../describe-in-browser.js";
import { writePage } from "../internal/write-page.js";
import { openPage } from "../open-page.js";

// A test file as users write it, with faults; describe-in-browser.test.ts runs it in a Jest of its own.
describeInBrowser("first block", () => {
  test("passes", async () => {
    const { page } = await openPage(writePage(""));
    expect(await page.title()).toBe("A page");
  });

  test("throws", async () => {
    await openPage(writePage(""));
    throw new Error("a fault");
  });
});

describeInBrowser("second block", () => {
  test("hangs", async () => {
    const { page } = await openPage(writePage(""));
    await page.evaluate(() => new Promise(() => {}));
  }, 2000);

  afterAll(() => {
    throw new Error("a fault at the end");
  });
});
