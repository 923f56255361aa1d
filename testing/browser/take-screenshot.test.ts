import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { describeInBrowser } from "./describe-in-browser.js";
import { writePage } from "./internal/write-page.js";
import { openPage } from "./open-page.js";
import { takeScreenshot } from "./take-screenshot.js";

describeInBrowser("takeScreenshot", () => {
  test.each([
    [{}, 600],
    [{ fullPage: true }, 1500],
  ])("with %j writes a PNG of that size", async (settings, height) => {
    const tall = '<div style="position: absolute; top: 0; height: 1500px">tall</div>';
    const { page } = await openPage(writePage(tall), { width: 390, height: 600 });
    const path = join(await mkdtemp(join(tmpdir(), "covidxr-")), "folder", "page.png");
    await takeScreenshot(page, path, settings);
    const png = await readFile(path);
    // The header chunk of the PNG specification: width and height behind 16 bytes.
    expect(png.subarray(1, 4).toString("latin1")).toBe("PNG");
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([390, height]);
  });
});
