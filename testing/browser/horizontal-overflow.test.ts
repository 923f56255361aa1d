import { expect, test } from "@jest/globals";
import { describeInBrowser } from "./describe-in-browser.js";
import { horizontalOverflow } from "./horizontal-overflow.js";
import { writePage } from "./internal/write-page.js";
import { openPage } from "./open-page.js";

const bar = (style: string, content = "") => `<div style="height: 9px; ${style}">${content}</div>`;
const NO_MARGIN = "<style>body { margin: 0 }</style>";
const WORD = "w".repeat(200);

async function overflow(body: string, head = "") {
  const { page } = await openPage(writePage(body, NO_MARGIN + head), { width: 390, height: 844 });
  return horizontalOverflow(page);
}

describeInBrowser("horizontalOverflow", () => {
  test.each([
    ["a box as wide as the page", bar("width: 390px")],
    ["a wide box in a parent that scrolls", bar("overflow-x: auto", bar("width: 900px"))],
    ["a wide box in a parent that clips", bar("overflow: hidden", bar("width: 900px"))],
    ["a long word that breaks", `<p style="overflow-wrap: anywhere">${WORD}</p>`],
    ["a wide box that is not shown", bar("display: none; width: 900px")],
    ["a skip link in waiting", '<a href="#" style="position: absolute; left: -900px">skip</a>'],
    ["a closed part", `<details><summary>more</summary>${bar("width: 900px")}</details>`],
  ])("finds nothing in %s", async (_, body) => {
    expect(await overflow(body)).toEqual([]);
  });

  test.each([
    ["a wide box", bar("width: 391px"), { left: 0, right: 391 }],
    ["a box moved to the right", bar("width: 40px; margin-left: 380px"), { left: 380, right: 420 }],
    ["a box cut on the left", bar("width: 40px; margin-left: -20px"), { left: -20, right: 20 }],
    [
      "a box that leaves the parent that clips",
      bar("overflow: hidden", bar("position: absolute; width: 900px")),
      { left: 0, right: 900 },
    ],
    ["a drawing", '<svg width="900" height="9"></svg>', { left: 0, right: 900 }],
  ])("finds %s", async (_, body, edges) => {
    expect(await overflow(body)).toMatchObject([edges]);
  });

  test("names the element, once", async () => {
    expect(await overflow('<p class="wide" style="width: 900px">text</p>')).toEqual([
      { element: '<p class="wide" style="width: 900px"></p>', left: 0, right: 900 },
    ]);
  });

  test("finds text that is wider than its box", async () => {
    const [found, ...more] = await overflow(`<p>${WORD}</p>`);
    expect(found).toMatchObject({ element: "<p></p>", left: 0 });
    expect(found!.right).toBeGreaterThan(390);
    expect(more).toEqual([]);
  });

  test("finds generated content, under the page's name", async () => {
    const style = "<style>p::after { content: ''; display: block; width: 900px; height: 9px }</style>";
    expect(await overflow("<p></p>", style)).toEqual([
      { element: '<html lang="en"></html>', left: 0, right: 900 },
    ]);
  });

  test("is not fooled by a page that hides what it cuts", async () => {
    const style = "<style>html, body { overflow-x: hidden }</style>";
    expect(await overflow(bar("width: 900px"), style)).toMatchObject([{ right: 900 }]);
  });
});
