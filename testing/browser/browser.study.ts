import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { InvalidArgumentError } from "@covidxr/core";
import { afterAll, describe, expect, test } from "@jest/globals";
import { browserTests, describeInBrowser, findChromium, openPage, type PageSettings } from "./browser.js";
import { accessibleImages, checkAccessibility, horizontalOverflow } from "./page-checks.js";
import { tabOrder } from "./tab-order.js";

const root = mkdtempSync(join(tmpdir(), "covidxr-"));
afterAll(() => rmSync(root, { recursive: true }));
let files = 0;

/** Writes a clean page around `body`; returns its path. */
function writePage(body: string, head = ""): string {
  const path = join(root, `page-${++files}.html`);
  writeFileSync(
    path,
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A page</title>
<meta name="viewport" content="width=device-width">${head}</head><body><main><h1>A page</h1>${body}</main></body></html>`,
  );
  return path;
}
const open = (body: string, head = "", settings: PageSettings = {}) =>
  openPage(writePage(body, head), settings);

describe("a Chromium", () => {
  const program = (folder: string, name: string): string => {
    const file = join(root, folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, "");
    chmodSync(file, 0o755);
    return file;
  };
  const onLinux = process.platform === "linux" ? test : test.skip;

  test("is COVIDXR_CHROMIUM, else the first on PATH", () => {
    const wish = program("wish", "my-browser");
    const chrome = program("first", "google-chrome");
    program("second", "chromium");
    const PATH = ["absent", "first", "second"].map((name) => join(root, name)).join(delimiter);
    expect(findChromium({ PATH, COVIDXR_CHROMIUM: wish })).toBe(wish);
    expect(findChromium({ PATH, COVIDXR_CHROMIUM: "" })).toBe(chrome);
    const chromium = program("first", "chromium");
    expect(findChromium({ PATH })).toBe(chromium);
  });

  test("that the environment names and that is none is an error", () => {
    const wish = join(root, "absent");
    const find = () => findChromium({ COVIDXR_CHROMIUM: wish });
    expect(find).toThrow(InvalidArgumentError);
    expect(find).toThrow(expect.objectContaining({ parameter: "COVIDXR_CHROMIUM", value: wish }));
  });

  // Elsewhere a browser outside PATH cannot be hidden.
  onLinux("that is missing skips tests, and fails them where one is required", () => {
    const PATH = join(root, "folders");
    // A folder of that name is no program.
    mkdirSync(join(PATH, "chromium"), { recursive: true });
    for (const more of [{}, { CI: "" }, { CI: "false" }, { COVIDXR_REQUIRE_BROWSER: "0" }])
      expect(browserTests({ PATH, ...more })).toBe("skip");
    for (const more of [{ CI: "true" }, { COVIDXR_REQUIRE_BROWSER: "1" }])
      expect(browserTests({ PATH, ...more })).toBe("fail");
    expect(browserTests({ PATH, CI: "true", COVIDXR_CHROMIUM: program("any", "browser") })).toBe("run");
  });
});

const PIXEL = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEAAAAALAAAAAABAAEAAAICTAEAOw==";
const image = (address: string) => `<img src="${address}" alt="">`;
const script = (code: string) => `<script>${code}</script>`;
const style = (rules: string) => `<style>${rules}</style>`;

describeInBrowser("openPage", () => {
  test("lists nothing for a page that needs no other file", async () => {
    const { page, messages, errors, requests } = await open(
      `${image(PIXEL)}<a href="#there">there</a><p id="there">here</p><a href="https://example.org/">a site</a>
      ${script('fetch(URL.createObjectURL(new Blob(["x"])))')}`,
    );
    await page.waitForLoadState("networkidle");
    expect({ messages, errors, requests }).toEqual({ messages: [], errors: [], requests: [] });
  });

  test("lists whatever a page asks for, and refuses it", async () => {
    const worker = `new Worker(URL.createObjectURL(new Blob(["fetch('http://example.org/worker').catch(() => 0)"])))`;
    const relations = ["icon", "prefetch", "stylesheet", "modulepreload"];
    const { page, requests } = await open(
      `${image("http://127.0.0.1:8080/image")}${image("https://example.org/image")}${image("neighbour.png")}
      ${style("@import 'https://example.org/import'")}<iframe src="http://example.org/frame"></iframe>
      ${script('navigator.sendBeacon("https://example.org/beacon")')}${script(worker)}
      ${script('new WebSocket("ws://127.0.0.1:8080/socket")')}`,
      relations.map((relation) => `<link rel="${relation}" href="https://example.org/${relation}">`).join(""),
    );
    await page.waitForLoadState("networkidle");
    expect([...requests].sort()).toEqual(
      [
        pathToFileURL(join(root, "neighbour.png")).href,
        ...["http://127.0.0.1:8080/image", "ws://127.0.0.1:8080/socket"],
        ...["http://example.org/frame", "http://example.org/worker"],
        ...["image", "import", "beacon", ...relations].map((name) => `https://example.org/${name}`),
      ].sort(),
    );
    expect(await page.evaluate(() => document.images[0]!.naturalWidth)).toBe(0);
    await expect(page.evaluate(() => fetch("https://example.org/b"))).rejects.toThrow("Failed to fetch");
  });

  test("loads files of the page's site, and lists others", async () => {
    writeFileSync(
      join(root, "drawing.svg"),
      '<svg xmlns="http://www.w3.org/2000/svg" width="7" height="7"/>',
    );
    const { page, requests } = await open(`${image("drawing.svg")}${image("../drawing.svg")}`, "", {
      site: root,
    });
    expect(requests).toEqual([pathToFileURL(join(root, "..", "drawing.svg")).href]);
    expect(await page.evaluate(() => document.images[0]!.naturalWidth)).toBe(7);
  });

  test("lists a request that the page's own policy refuses", async () => {
    const policy = `<meta http-equiv="Content-Security-Policy" content="default-src 'none'">`;
    const { requests, messages } = await open(image("https://example.org/a"), policy);
    expect(requests).toEqual(["https://example.org/a"]);
    expect(messages).toEqual([{ type: "error", text: expect.stringContaining("Content Security Policy") }]);
  });

  test("collects the console and what is thrown", async () => {
    const code = `console.log("a line"); console.error("an error");
      Promise.reject(new Error("rejected")); throw new Error("thrown")`;
    const { page, messages, errors } = await open(script(code));
    await page.waitForLoadState("networkidle");
    expect(messages).toEqual([
      { type: "log", text: "a line" },
      { type: "error", text: "an error" },
    ]);
    expect([...errors].sort()).toEqual(["rejected", "thrown"]);
  });

  test("shows the page as it is told, all pages in one browser", async () => {
    const settings: PageSettings = { width: 390, height: 844, colorScheme: "dark", reducedMotion: "reduce" };
    const seen = async ({ page }: Awaited<ReturnType<typeof openPage>>) =>
      page.evaluate(() => [
        ...[innerWidth, innerHeight, devicePixelRatio, matchMedia("(prefers-color-scheme: dark)").matches],
        ...[matchMedia("(prefers-reduced-motion: reduce)").matches, matchMedia("print").matches],
      ]);
    const [one, other] = [await open(""), await open("", "", { ...settings, media: "print" })];
    expect(await seen(one)).toEqual([1280, 800, 1, false, false, false]);
    expect(await seen(other)).toEqual([390, 844, 1, true, true, true]);
    expect(one.page.context()).toBe(other.page.context());
    await one.close();
    expect([one.page.isClosed(), other.page.isClosed()]).toEqual([true, false]);
  });

  test("a missing file is an error", async () => {
    await expect(openPage(join(root, "absent.html"))).rejects.toThrow("ERR_FILE_NOT_FOUND");
  });
});

const drawing = (attributes: string, content = "") =>
  `<svg role="img" ${attributes} width="9" height="9">${content}<path d="M0 0h9v9z"/></svg>`;

describeInBrowser("accessibleImages", () => {
  test("lists drawings in order, with name, description and whether they are exposed", async () => {
    const { page } = await open(`${drawing("")}${drawing('aria-label="label"')}
      ${drawing("", "<title>title</title><desc>AUC 0.9</desc>")}
      ${drawing('aria-labelledby="a" aria-describedby="b"')}<p id="a">elsewhere</p><p id="b">AUC 0.8</p>
      <div aria-hidden="true">${drawing('aria-label="hidden"')}</div>
      <svg width="9" height="9"></svg><img role="img" alt="an image" src="data:,">
      <details><summary>more</summary>${drawing('aria-label="inside"')}</details>`);
    const images = await accessibleImages(page);
    expect(images.slice(0, 4)).toEqual([
      { name: "", description: "", exposed: true },
      { name: "label", description: "", exposed: true },
      { name: "title", description: "AUC 0.9", exposed: true },
      { name: "elsewhere", description: "AUC 0.8", exposed: true },
    ]);
    expect(images.slice(4).map(({ exposed }) => exposed)).toEqual([false, false]);
    await page.evaluate(() => {
      document.querySelector("details")!.open = true;
    });
    expect((await accessibleImages(page))[5]).toMatchObject({ name: "inside", exposed: true });
  });
});

describeInBrowser("checkAccessibility", () => {
  const text = (colour: string) => `<p style="color: ${colour}; background: #fff">text</p>`;
  const buttons = (margin: number) =>
    [1, 2]
      .map((n) => `<button style="width: 9px; height: 9px; padding: 0; margin: ${margin}px">${n}</button>`)
      .join("");

  test("finds issues, under a policy that forbids every script, and none in their clean twins", async () => {
    const policy = `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`;
    // Black on #767676 is the well-known limit of 4.54 : 1, #777777 falls short of 4.5 : 1 by 0.02.
    const { page } = await open(
      `${text("#777")}${drawing("")}<button></button><div>${buttons(0)}</div><img src="data:,">`,
      policy,
    );
    const { violations } = await checkAccessibility(page);
    const rules = ["button-name", "color-contrast", "image-alt", "svg-img-alt", "target-size"];
    expect([...new Set(violations.map(({ rule }) => rule))].sort()).toEqual(rules);
    expect(violations).toContainEqual({
      ...{ rule: "color-contrast", element: "p", reason: expect.stringContaining("4.47") },
    });
    const { page: clean } = await open(
      `${text("#767676")}${drawing('aria-label="A triangle"')}<p><button>Open</button></p>
      <div style="padding: 30px">${buttons(20)}</div><img src="data:," alt="">`,
    );
    const twin = await checkAccessibility(clean);
    expect(twin.violations).toEqual([]);
    expect(twin.passed).toEqual(expect.arrayContaining(rules));
  });

  test("says where it cannot decide", async () => {
    const gradient = '<p style="color: #777; background: linear-gradient(#fff, #888)">text</p>';
    const { violations, undecided } = await checkAccessibility((await open(gradient)).page);
    expect(violations).toEqual([]);
    expect(undecided).toMatchObject([{ rule: "color-contrast", element: "p" }]);
  });

  test("judges the scheme that is shown", async () => {
    const dark = style("@media (prefers-color-scheme: dark) { body { background: #000 } p { color: #333 } }");
    const { page } = await open(
      `<p id="text">text</p>${style("h1 { color: #777; background: #000 }")}`,
      dark,
    );
    const found = async () => (await checkAccessibility(page)).violations.map(({ element }) => element);
    expect(await found()).toEqual([]);
    await page.emulateMedia({ colorScheme: "dark" });
    expect(await found()).toEqual(["#text"]);
  });
});

describeInBrowser("horizontalOverflow", () => {
  const bar = (rules: string, content = "") => `<div style="height: 9px; ${rules}">${content}</div>`;
  const WORD = "w".repeat(200);
  const overflow = async (body: string, rules = "") =>
    horizontalOverflow(
      (await open(body, style(`body { margin: 0 } ${rules}`), { width: 390, height: 844 })).page,
    );

  test("finds nothing in what fits, scrolls, is clipped or is hidden", async () => {
    const fits = [
      bar("width: 390px"),
      bar("overflow-x: auto", bar("width: 900px")),
      bar("overflow: hidden", bar("width: 900px")),
      `<p style="overflow-wrap: anywhere">${WORD}</p>`,
      bar("display: none; width: 900px"),
      '<a href="#" style="position: absolute; left: -900px">skip</a>',
      `<details><summary>more</summary>${bar("width: 900px")}</details>`,
    ];
    expect(await overflow(fits.join(""))).toEqual([]);
  });

  test("finds what is too wide or cut, once each, even on a page that hides it", async () => {
    const wide = [
      '<p class="wide" style="width: 391px">text</p>',
      bar("width: 40px; margin-left: 380px"),
      bar("width: 40px; margin-left: -20px"),
      // It leaves the parent that clips.
      bar("overflow: hidden", bar("position: absolute; width: 900px")),
      '<svg width="900" height="9"></svg>',
      `<p>${WORD}</p>`,
    ];
    for (const rules of ["", "html, body { overflow-x: hidden }"])
      expect(await overflow(wide.join(""), rules)).toEqual([
        { element: '<p class="wide" style="width: 391px"></p>', left: 0, right: 391 },
        expect.objectContaining({ left: 380, right: 420 }),
        expect.objectContaining({ left: -20, right: 20 }),
        expect.objectContaining({ left: 0, right: 900 }),
        expect.objectContaining({ element: expect.stringMatching(/^<svg/), right: 900 }),
        { element: "<p></p>", left: 0, right: expect.any(Number) },
      ]);
  });

  test("finds generated content, under the page's name", async () => {
    const rules = "p::after { content: ''; display: block; width: 900px; height: 9px }";
    expect(await overflow("<p></p>", rules)).toEqual([
      { element: '<html lang="en"></html>', left: 0, right: 900 },
    ]);
  });
});

describeInBrowser("tabOrder", () => {
  test("gives each stop's role, name and place, in the order of the Tab key, wherever the focus was", async () => {
    const place = (top: number) =>
      `style="position: absolute; top: ${top}px; left: 40px; margin: 0; width: 90px; height: 30px"`;
    const { page } = await open(`
      <button ${place(300)}>third</button>
      <a href="#" ${place(100)} tabindex="2">second</a>
      <input type="checkbox" aria-label="first" ${place(200)} tabindex="1">
      <button disabled>never</button><a>no link</a>
      <button ${place(2000)}>below the fold</button>`);
    await page.click("text=third");
    const stops = await tabOrder(page);
    expect(stops).toMatchObject([
      { role: "checkbox", name: "first", x: 40, y: 200, width: 90, height: 30 },
      { role: "link", name: "second", x: 40, y: 100 },
      { role: "button", name: "third", x: 40, y: 300 },
      { role: "button", name: "below the fold", x: 40, y: 2000 },
    ]);
    expect(stops.map(({ focusVisible }) => focusVisible)).toEqual([true, true, true, true]);
    expect(stops[1]!.element).toMatch(/^<a href="#" style="position: absolute; /);
    expect(await page.evaluate(() => document.body.hasAttribute("tabindex"))).toBe(false);
  });

  test("sees which focus a reader sees", async () => {
    const cases = [
      ["browser", "", true],
      ["none", "outline: none", false],
      ["white", "outline: 3px solid #fff", false],
      ["pale", "outline: 3px solid #ddd", false],
      ["own", "outline: 2px solid #00f; outline-offset: 2px", true],
      ["shadow", "outline: none; box-shadow: 0 0 0 3px #000", true],
      ["background", "outline: none; background: #000; color: #fff", true],
      ["slow", "outline-color: #000", true],
    ] as const;
    const rules = [
      "p { margin: 20px }",
      ...cases.map(([id, rule]) => `#${id}:focus { ${rule} }`),
      "#slow { outline: 3px solid transparent; transition: outline-color 9s }",
      "input { position: absolute; width: 1px; height: 1px; opacity: 0 }",
      "#labelled:focus + label { outline: 2px solid }",
      "#away { position: fixed; left: -900px }",
    ];
    const input = (id: string) =>
      `<p><input type="checkbox" id="${id}"><label for="${id}">${id} label</label></p>`;
    const links = cases.map(([id]) => `<p><a href="#" id="${id}">${id} of some words</a></p>`);
    const { page } = await open(
      `${links.join("")}${input("labelled")}${input("silent")}<a href="#" id="away">away</a>`,
      style(rules.join("\n")),
    );
    const stops = await tabOrder(page);
    expect(stops.map(({ name, focusVisible }) => [name.split(" ")[0], focusVisible])).toEqual([
      ...cases.map(([id, , visible]) => [id, visible]),
      ...[
        ["labelled", true],
        ["silent", false],
        ["away", false],
      ],
    ]);
  });

  test("a keyboard trap is an error", async () => {
    const trap = `<button>one</button><button id="trap">trap</button>
      ${script('document.getElementById("trap").onkeydown = (event) => event.preventDefault()')}`;
    await expect(tabOrder((await open(trap)).page)).rejects.toThrow(/comes back to <button id="trap">/);
  });
});
