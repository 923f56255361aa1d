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
    {
      name: "audited",
      sample: { kind: "holdout", audit: "findings", otherSplit: true, noDerivatives: [36, 40, 41] },
    },
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
      expect(links.slice(1, 4)).toEqual(["Headline", "Metrics", "Cohort"]);
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

  describe("with an audit", () => {
    const file = () => join(root, "audited", "report.html");

    test("lists it among the contents, and no audit where there is none", async () => {
      const { page, close } = await openPage(file());
      await page.locator('nav a[href="#audit"]').click();
      expect(await page.locator("#audit h2").isVisible()).toBe(true);
      await close();
      const without = await openPage(join(root, "holdout", "report.html"));
      expect(await without.page.locator('nav a[href="#audit"], #audit').count()).toBe(0);
      await without.close();
    });

    test("opens all cases of a finding by keyboard, and scrolls a long list of them", async () => {
      const { page, close } = await openPage(file(), { width: 390, height: 844 });
      const details = page.locator("#audit .findings details").first();
      const list = details.locator(".cases");
      expect(await list.isVisible()).toBe(false);
      await details.locator("summary").focus();
      await page.keyboard.press("Enter");
      expect(await list.locator("li").count()).toBe(30);
      const height = (await list.boundingBox())!.height;
      expect(height).toBeGreaterThan(100);
      expect(height).toBeLessThan(400);
      await page.keyboard.press("Tab");
      expect(await page.evaluate("document.activeElement.className")).toBe("cases");
      const scrolled = list.evaluate(
        (node) =>
          new Promise<boolean>((tell) => node.addEventListener("scroll", () => tell(true), { once: true })),
      );
      await page.keyboard.press("End");
      expect(await scrolled).toBe(true);
      expect(await horizontalOverflow(page)).toEqual([]);
      await close();
    });

    test.each(SIZES)("is readable with every case open: $width", async (size) => {
      const { page, close } = await openPage(file(), size);
      await page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })");
      expect((await checkAccessibility(page)).violations).toEqual([]);
      expect(await horizontalOverflow(page)).toEqual([]);
      await close();
    });

    test("shows copies side by side, with their thumbnails", async () => {
      const { page, close } = await openPage(file());
      const pairs = page.locator("#audit .copies > li");
      expect(await pairs.count()).toBe(12);
      const [first, second] = await pairs.first().locator("img").all();
      const [left, right] = [(await first!.boundingBox())!, (await second!.boundingBox())!];
      expect(right.x).toBeGreaterThanOrEqual(left.x + left.width);
      expect(right.y).toBe(left.y);
      await close();
    });

    test("prints the cases of every finding in full", async () => {
      const { page, close } = await openPage(file(), { media: "print" });
      const last = page.locator("#audit .cases").first().locator("li").last();
      expect(await last.isVisible()).toBe(true);
      const overflow = await page.evaluate(
        'getComputedStyle(document.querySelector("#audit .cases")).maxHeight',
      );
      expect(overflow).toBe("none");
      await close();
    });

    test("shows a file name that would be code as text", async () => {
      const { page, close } = await openPage(file());
      expect(await page.locator("#audit script").count()).toBe(0);
      const name = `x"><script>alert('1')&|*.png`;
      expect(await page.locator("#audit .cases").nth(1).textContent()).toContain(name);
      expect(await page.locator("#audit .copies > li").first().textContent()).toContain(name);
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
