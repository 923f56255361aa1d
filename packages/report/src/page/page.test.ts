import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  accessibleImages,
  checkAccessibility,
  describeInBrowser,
  horizontalOverflow,
  openPage,
  tabOrder,
} from "@covidxr/testing/browser";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type SampleRun, writeSampleRun } from "../testing/write-sample-run.js";
import { type WrittenReport, writeReport } from "../write-report.js";

const SIZES = [
  { width: 1280, height: 800 },
  { width: 390, height: 844 },
] as const;
const SCHEMES = ["light", "dark"] as const;

describeInBrowser("the page of a report", () => {
  let root: string;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "covidxr-"));
  });
  afterAll(() => rm(root, { recursive: true, force: true }));

  describe.each<{ name: string; sample: SampleRun }>([
    { name: "holdout", sample: { kind: "holdout" } },
    { name: "folds", sample: { kind: "folds" } },
  ])("of a run: $name", ({ name, sample }) => {
    let written: WrittenReport;
    let file: string;
    beforeAll(async () => {
      await writeSampleRun(join(root, name), sample);
      written = await writeReport(join(root, name));
      file = written.files[0]!;
    });

    test.each(SIZES.flatMap((size) => SCHEMES.map((colorScheme) => ({ ...size, colorScheme }))))(
      "is quiet, keeps to itself, fits and can be read: $width × $height, $colorScheme",
      async (view) => {
        const { page, messages, errors, requests, close } = await openPage(file, view);
        expect({ messages, errors, requests }).toEqual({ messages: [], errors: [], requests: [] });
        expect(await horizontalOverflow(page)).toEqual([]);
        const { violations } = await checkAccessibility(page);
        expect(violations).toEqual([]);
        await close();
      },
    );

    test("shows every chart with a name, a description and its values", async () => {
      const { page, close } = await openPage(file);
      const charts = await accessibleImages(page);
      const figures = written.files.filter((path) => path.endsWith(".svg"));
      expect(charts).toHaveLength(figures.length);
      for (const { name: own, description, exposed } of charts) {
        expect(exposed).toBe(true);
        expect(own).not.toBe("");
        expect(description).toMatch(/\d/);
      }
      for (const path of figures) {
        const id = path.replace(/.*[/\\]/, "").replace(".svg", "");
        const text = await page.locator(`figure[id="${id}"] details td`).allTextContents();
        expect(text.some((cell) => /\d/.test(cell))).toBe(true);
        const box = await page.locator(`figure[id="${id}"] svg`).boundingBox();
        expect(box!.width).toBeGreaterThan(200);
      }
      // The accuracy that is drawn is the one of the headline.
      const { value } = written.analysis.headline.estimates.accuracy;
      expect(await page.locator("#headline svg").textContent()).toContain(value.toFixed(3));
      await close();
    });

    test("can be walked through by keyboard, in the order in which it is read", async () => {
      const { page, close } = await openPage(file);
      const stops = await tabOrder(page);
      expect(stops[0]).toMatchObject({ role: "link", name: "Skip to the report" });
      expect(stops.filter(({ focusVisible }) => !focusVisible)).toEqual([]);
      const links = stops.filter(({ role }) => role === "link").map(({ name: own }) => own);
      expect(links.slice(1, 4)).toEqual(["Headline", "Figures", "Cohort"]);
      const summaries = await page.locator("summary").allTextContents();
      const stopNames = stops.map(({ name: own }) => own);
      for (const summary of summaries) expect(stopNames).toContain(summary);
      await close();
    });

    test("opens its values by keyboard", async () => {
      const { page, close } = await openPage(file);
      const details = page.locator('figure[id="roc"] details');
      await details.locator("summary").focus();
      await page.keyboard.press("Enter");
      expect(await details.locator("table").isVisible()).toBe(true);
      await close();
    });

    test("prints light, with its values open", async () => {
      const { page, close } = await openPage(file, { media: "print", colorScheme: "dark" });
      const colour = await page.evaluate("getComputedStyle(document.body).backgroundColor");
      expect(colour).toBe("rgb(255, 255, 255)");
      expect(await page.locator('figure[id="roc"] details table').isVisible()).toBe(true);
      await close();
    });
  });

  test("a name that would be code is text", async () => {
    const { page, close } = await openPage(join(root, "holdout", "report.html"));
    expect(await page.locator("script").count()).toBe(0);
    const html = await readFile(join(root, "holdout", "report.html"), "utf8");
    expect(html).toContain("&lt;script>");
    expect(await page.locator("#errors").textContent()).toContain(`x"><script>alert('1')&|*.png`);
    await close();
  });
});
