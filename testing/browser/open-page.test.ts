import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "@jest/globals";
import { describeInBrowser } from "./describe-in-browser.js";
import { writePage } from "./internal/write-page.js";
import { openPage } from "./open-page.js";

const PIXEL = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEAAAAALAAAAAABAAEAAAICTAEAOw==";
const image = (address: string) => `<img src="${address}" alt="">`;
const script = (code: string) => `<script>${code}</script>`;

describeInBrowser("openPage", () => {
  test.each([
    ["nothing but text", ""],
    ["an image inside the file", image(PIXEL)],
    ["a link to a place in the page", '<a href="#there">there</a><p id="there">here'],
    ["a link to a site that nobody follows", '<a href="https://example.org/">a site</a>'],
    ["a blob", script('fetch(URL.createObjectURL(new Blob(["x"])))')],
  ])("is silent about %s", async (_, body) => {
    const { messages, errors, requests } = await openPage(writePage(body));
    expect({ messages, errors, requests }).toEqual({ messages: [], errors: [], requests: [] });
  });

  const later = (code: string) =>
    script(`addEventListener("load", () => setTimeout(() => { ${code} }, 100))`);
  const worker =
    "new Worker(URL.createObjectURL(new Blob([\"fetch('http://example.org/a').catch(() => 0)\"])))";
  test.each([
    ["an image of this machine", image("http://127.0.0.1:8080/a"), "http://127.0.0.1:8080/a"],
    ["an image of a site", image("https://example.org/a"), "https://example.org/a"],
    ["a style sheet", "<style>@import 'https://example.org/a'</style>", "https://example.org/a"],
    ["a frame", '<iframe src="http://example.org/a"></iframe>', "http://example.org/a"],
    ["a beacon", script('navigator.sendBeacon("https://example.org/a")'), "https://example.org/a"],
    ["a worker's request", script(worker), "http://example.org/a"],
    ["a socket", script('new WebSocket("ws://127.0.0.1:8080/a")'), "ws://127.0.0.1:8080/a"],
    ["an image after loading", later('new Image().src = "https://example.org/a"'), "https://example.org/a"],
  ])("tells of %s", async (_, body, address) => {
    const { requests } = await openPage(writePage(body));
    expect(requests).toEqual([address]);
  });

  test.each(["icon", "prefetch", "stylesheet", "modulepreload"])(
    "tells of the head's %s",
    async (relation) => {
      const head = `<link rel="${relation}" href="https://example.org/a">`;
      const { requests } = await openPage(writePage("", head));
      expect(requests).toEqual(["https://example.org/a"]);
    },
  );

  test("tells of a neighbour on the disk", async () => {
    const file = writePage(image("neighbour.png"));
    const { requests } = await openPage(file);
    expect(requests).toEqual([pathToFileURL(join(dirname(file), "neighbour.png")).href]);
  });

  test("loads neighbours of its site, and tells of others", async () => {
    const file = writePage(`${image("picture.svg")}${image("../picture.svg")}`);
    writeFileSync(
      join(dirname(file), "picture.svg"),
      '<svg xmlns="http://www.w3.org/2000/svg" width="7" height="7"/>',
    );
    const { page, requests } = await openPage(file, { site: dirname(file) });
    expect(requests).toEqual([pathToFileURL(join(dirname(file), "..", "picture.svg")).href]);
    expect(await page.evaluate(() => document.images[0]!.naturalWidth)).toBe(7);
  });

  test("tells of a request that the page's own policy refuses", async () => {
    const policy = `<meta http-equiv="Content-Security-Policy" content="default-src 'none'">`;
    const { requests, messages } = await openPage(writePage(image("https://example.org/a"), policy));
    expect(requests).toEqual(["https://example.org/a"]);
    expect(messages).toEqual([{ type: "error", text: expect.stringContaining("Content Security Policy") }]);
  });

  test("refuses what it tells of, so that the page has no answer", async () => {
    const { page } = await openPage(writePage(image("http://127.0.0.1:8080/a")));
    expect(await page.evaluate(() => document.images[0]!.naturalWidth)).toBe(0);
    await expect(page.evaluate(() => fetch("https://example.org/b"))).rejects.toThrow("Failed to fetch");
  });

  test("collects the console and what is thrown", async () => {
    const code = `console.log("a line"); console.error("a fault");
      Promise.reject(new Error("rejected")); throw new Error("thrown")`;
    const { messages, errors } = await openPage(writePage(script(code)));
    expect(messages).toEqual([
      { type: "log", text: "a line" },
      { type: "error", text: "a fault" },
    ]);
    expect([...errors].sort()).toEqual(["rejected", "thrown"]);
  });

  test.each([
    [{}, [1280, 800, false, false, false, true]],
    [{ width: 390, height: 844 }, [390, 844, false, false, false, true]],
    [{ colorScheme: "dark" }, [1280, 800, true, false, false, true]],
    [{ reducedMotion: "reduce" }, [1280, 800, false, true, false, true]],
    [{ media: "print" }, [1280, 800, false, false, true, true]],
  ] as const)("shows the page with %j", async (settings, expected) => {
    const { page } = await openPage(writePage(""), settings);
    const seen = await page.evaluate(() => [
      innerWidth,
      innerHeight,
      matchMedia("(prefers-color-scheme: dark)").matches,
      matchMedia("(prefers-reduced-motion: reduce)").matches,
      matchMedia("print").matches,
      devicePixelRatio === 1,
    ]);
    expect(seen).toEqual(expected);
  });

  test("keeps pages apart and serves them from one browser", async () => {
    const [one, other] = [await openPage(writePage("")), await openPage(writePage(""))];
    expect(one.page.context().browser()).toBe(other.page.context().browser());
    await one.close();
    expect(one.page.isClosed()).toBe(true);
    expect(other.page.isClosed()).toBe(false);
  });

  test("a missing file is an error", async () => {
    await expect(openPage(join(dirname(writePage("")), "absent.html"))).rejects.toThrow("ERR_FILE_NOT_FOUND");
  });
});
