import { expect, test } from "@jest/globals";
import { describeInBrowser } from "./describe-in-browser.js";
import { writePage } from "./internal/write-page.js";
import { openPage } from "./open-page.js";
import { tabOrder } from "./tab-order.js";

async function stopsOf(body: string, head = "") {
  const { page } = await openPage(writePage(body, head));
  return tabOrder(page);
}
const style = (rules: string) => `<style>${rules}</style>`;

describeInBrowser("tabOrder", () => {
  test("tells each stop's role, name and place, in the order of the Tab key", async () => {
    const place = (top: number) =>
      `style="position: absolute; top: ${top}px; left: 40px; margin: 0; width: 90px; height: 30px"`;
    const stops = await stopsOf(`
      <button ${place(300)}>third</button>
      <a href="#" ${place(100)} tabindex="2">second</a>
      <input type="checkbox" aria-label="first" ${place(200)} tabindex="1">
      <button disabled>never</button><a>no link</a>
      <button ${place(2000)}>below the fold</button>`);
    expect(stops).toMatchObject([
      { role: "checkbox", name: "first", x: 40, y: 200, width: 90, height: 30 },
      { role: "link", name: "second", x: 40, y: 100 },
      { role: "button", name: "third", x: 40, y: 300 },
      { role: "button", name: "below the fold", x: 40, y: 2000 },
    ]);
    expect(stops.map((stop) => stop.focusVisible)).toEqual([true, true, true, true]);
    expect(stops[1]!.element).toMatch(/^<a href="#" style="position: absolute; /);
  });

  test("is empty on a page without stops, and the same wherever the focus was", async () => {
    expect(await stopsOf("<p>text</p>")).toEqual([]);
    const { page } = await openPage(writePage("<button>one</button><button>two</button>"));
    await page.click("text=two");
    expect((await tabOrder(page)).map((stop) => stop.name)).toEqual(["one", "two"]);
    expect((await tabOrder(page)).map((stop) => stop.name)).toEqual(["one", "two"]);
    expect(await page.evaluate(() => document.body.hasAttribute("tabindex"))).toBe(false);
  });

  const LINK = '<a href="#">a link of some words</a>';
  const HIDDEN_INPUT = "input { position: absolute; width: 1px; height: 1px; opacity: 0 }";
  const LABELLED = '<input type="checkbox" id="a"><label for="a">a label</label>';
  test.each([
    ["the browser's outline", LINK, "", true],
    ["no outline", LINK, "a:focus { outline: none }", false],
    ["an outline of the page's colour", LINK, "a:focus { outline: 3px solid #fff }", false],
    ["an outline too pale to see", LINK, "a:focus { outline: 3px solid #ddd }", false],
    ["an outline of its own", LINK, "a:focus { outline: 2px solid #00f; outline-offset: 2px }", true],
    ["a shadow instead", LINK, "a:focus { outline: none; box-shadow: 0 0 0 3px #000 }", true],
    ["another background instead", LINK, "a:focus { outline: none; background: #000; color: #fff }", true],
    [
      "an outline that comes slowly",
      LINK,
      "a { outline: 3px solid transparent; transition: outline-color 9s } a:focus { outline-color: #000 }",
      true,
    ],
    [
      "an outline on the label of a hidden input",
      LABELLED,
      `${HIDDEN_INPUT} :focus + label { outline: 2px solid }`,
      true,
    ],
    ["nothing on a hidden input", LABELLED, HIDDEN_INPUT, false],
    ["a place off the screen", LINK, "a { position: fixed; left: -900px }", false],
  ])("with %s", async (_, body, rules, focusVisible) => {
    expect(await stopsOf(body, style(rules))).toMatchObject([{ focusVisible }]);
  });

  test("sees the focus on a dark page", async () => {
    const dark = ":root { color-scheme: dark } body { background: #111; color: #eee } a { color: #9cf }";
    expect(await stopsOf(LINK, style(dark))).toMatchObject([{ focusVisible: true }]);
    expect(await stopsOf(LINK, style(`${dark} a:focus { outline: none }`))).toMatchObject([
      { focusVisible: false },
    ]);
  });

  test.each([
    ["the first stop", "<button id='trap'>trap</button>"],
    ["a later one", "<button>one</button><button id='trap'>trap</button>"],
  ])("a trap at %s is an error", async (_, body) => {
    const script = `<script>document.getElementById("trap").onkeydown = (event) => event.preventDefault()</script>`;
    await expect(stopsOf(body + script)).rejects.toThrow(/comes back to <button id="trap">/);
  });
});
