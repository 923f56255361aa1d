import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  accessibleImages,
  checkAccessibility,
  describeInBrowser,
  horizontalOverflow,
  type OpenedPage,
  openPage,
  tabOrder,
} from "@covidxr/testing/browser";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { analyseSample } from "../testing/analyse-sample.js";
import type { SampleRun } from "../testing/write-sample-run.js";
import { type WrittenReport, writeReport } from "../write-report.js";

const SAMPLES = {
  folds: { kind: "folds", thumbnails: true },
  // A run that held images out without an audit has nothing that this one lacks.
  audited: {
    ...{ kind: "holdout", audit: "findings", otherSplit: true },
    ...{ noDerivatives: [36, 40, 41], thumbnails: true },
  },
} as const satisfies Record<string, SampleRun>;

const NARROW = { width: 390, height: 844 };

describeInBrowser("the page of a report", () => {
  let root: string;
  const reports = new Map<string, WrittenReport>();
  const file = (name: keyof typeof SAMPLES) => join(root, name, "report.html");
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "covidxr-"));
    for (const [name, sample] of Object.entries(SAMPLES))
      reports.set(name, await writeReport(await analyseSample(join(root, name), sample)));
  });
  afterAll(() => rm(root, { recursive: true, force: true }));

  /** Page, console and requests of a report that the tests of a block look at, as it was opened. */
  function openOnce(name: keyof typeof SAMPLES): () => OpenedPage {
    let opened: OpenedPage;
    beforeAll(async () => {
      opened = await openPage(file(name));
    });
    afterAll(() => opened.close());
    return () => opened;
  }

  describe.each(["folds", "audited"] as const)("of a run: %s", (name) => {
    const opened = openOnce(name);

    test("shows every chart with a name, a description and its values", async () => {
      const { page } = opened();
      const written = reports.get(name)!;
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
    });

    test("is quiet, asks for nothing, fits and is accessible, wide and light, narrow and dark with all open", async () => {
      const { page, messages, errors, requests } = opened();
      const check = async () => ({
        overflow: await horizontalOverflow(page),
        violations: (await checkAccessibility(page)).violations,
      });
      expect(await check()).toEqual({ overflow: [], violations: [] });
      await page.setViewportSize(NARROW);
      await page.emulateMedia({ colorScheme: "dark" });
      expect(await horizontalOverflow(page)).toEqual([]);
      await page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })");
      expect(await check()).toEqual({ overflow: [], violations: [] });
      expect({ messages, errors, requests }).toEqual({ messages: [], errors: [], requests: [] });
    });
  });

  describe("with an audit", () => {
    const opened = openOnce("audited");

    test("lists it among the contents, and no audit where there is none", async () => {
      const { page } = opened();
      await page.locator('nav a[href="#audit"]').click();
      expect(await page.locator("#audit h2").isVisible()).toBe(true);
      const without = await readFile(file("folds"), "utf8");
      expect(without).toContain('<a href="#cohort">');
      expect(without).not.toMatch(/#audit|id="audit"/);
    });

    test("shows copies side by side, with their thumbnails", async () => {
      const { page } = opened();
      const pairs = page.locator("#audit .copies > li");
      expect(await pairs.count()).toBe(12);
      const [first, second] = await pairs.first().locator("img").all();
      const [left, right] = [(await first!.boundingBox())!, (await second!.boundingBox())!];
      expect(right.x).toBeGreaterThanOrEqual(left.x + left.width);
      expect(right.y).toBe(left.y);
    });

    test("shows a file name that would be code as text", async () => {
      const { page } = opened();
      expect(await page.locator("script").count()).toBe(0);
      const name = `x"><script>alert('1')&|*.png`;
      for (const place of ["#errors", "#audit .copies > li:first-child"])
        expect(await page.locator(place).textContent()).toContain(name);
      expect(await page.locator("#audit .cases").nth(1).textContent()).toContain(name);
    });

    test("can be walked through by keyboard, in the order in which it is read", async () => {
      const { page } = opened();
      const stops = await tabOrder(page);
      expect(stops[0]).toMatchObject({ role: "link", name: "Skip to the report" });
      expect(stops.filter(({ focusVisible }) => !focusVisible)).toEqual([]);
      const links = stops.filter(({ role }) => role === "link").map(({ name: own }) => own);
      expect(links.slice(1, 4)).toEqual(["Headline", "Metrics", "Cohort"]);
      const summaries = await page.locator("summary").allTextContents();
      const stopNames = stops.map(({ name: own }) => own);
      for (const summary of summaries) expect(stopNames).toContain(summary);
    });

    test("opens its values by keyboard", async () => {
      const { page } = opened();
      const details = page.locator('figure[id="roc"] details');
      expect(await details.locator("table").isVisible()).toBe(false);
      await details.locator("summary").focus();
      await page.keyboard.press("Enter");
      expect(await details.locator("table").isVisible()).toBe(true);
    });

    test("opens all cases of a finding by keyboard, and scrolls a long list of them", async () => {
      const { page } = opened();
      await page.setViewportSize(NARROW);
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
    });
  });

  test("prints light, with its values and the cases of every finding in full", async () => {
    const { page, close } = await openPage(file("audited"), { media: "print", colorScheme: "dark" });
    const colour = await page.evaluate("getComputedStyle(document.body).backgroundColor");
    expect(colour).toBe("rgb(255, 255, 255)");
    expect(await page.locator('figure[id="roc"] details table').isVisible()).toBe(true);
    expect(await page.locator("#audit .cases").first().locator("li").last().isVisible()).toBe(true);
    const height = await page.evaluate('getComputedStyle(document.querySelector("#audit .cases")).maxHeight');
    expect(height).toBe("none");
    await close();
  });
});
