import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { InvalidArgumentError } from "@covidxr/core";
import { afterAll, describe, test } from "@jest/globals";
import type { Browser, BrowserContext, Page } from "playwright-core";

/** Loads a package with Node's own `require`; testing/jest-environment.cjs puts it there. */
declare const requireOutside: NodeJS.Require;

type Environment = Readonly<Record<string, string | undefined>>;

const COMMANDS = [
  "chromium",
  "chromium-browser",
  "google-chrome",
  "google-chrome-stable",
  "microsoft-edge",
  "microsoft-edge-stable",
];

/** Where browsers are installed on systems that keep programs out of PATH. */
const USUAL_PLACES: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  darwin: ["Chromium", "Google Chrome", "Microsoft Edge"].map(
    (name) => `/Applications/${name}.app/Contents/MacOS/${name}`,
  ),
  win32: ["Google/Chrome/Application/chrome.exe", "Microsoft/Edge/Application/msedge.exe"].flatMap((path) =>
    ["C:/Program Files", "C:/Program Files (x86)"].map((folder) => `${folder}/${path}`),
  ),
};

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/**
 * The path of a Chromium browser: the environment's COVIDXR_CHROMIUM, else the first of Chromium, Chrome and Edge on
 * PATH, else where macOS and Windows install them; undefined when there is none.
 *
 * @throws {InvalidArgumentError} when COVIDXR_CHROMIUM names no program.
 */
export function findChromium(environment: Environment = process.env): string | undefined {
  const { COVIDXR_CHROMIUM: wish, PATH = "" } = environment;
  if (wish) {
    if (isProgram(wish)) return wish;
    throw new InvalidArgumentError({
      parameter: "COVIDXR_CHROMIUM",
      value: wish,
      message: `expected the path of a Chromium program, got ${wish}; correct or unset the variable`,
    });
  }
  const folders = PATH.split(delimiter).filter((folder) => folder !== "");
  const onPath = folders.flatMap((folder) => COMMANDS.map((command) => join(folder, command)));
  return [...onPath, ...(USUAL_PLACES[process.platform] ?? [])].find(isProgram);
}

const ABSENT =
  "no Chromium found: install one (Debian: apt-get install chromium) or set COVIDXR_CHROMIUM to its path";

/** What happens to tests that need a browser: without one they fail on CI and where COVIDXR_REQUIRE_BROWSER is 1. */
export function browserTests(environment: Environment): "run" | "skip" | "fail" {
  if (findChromium(environment) !== undefined) return "run";
  const { CI, COVIDXR_REQUIRE_BROWSER } = environment;
  return COVIDXR_REQUIRE_BROWSER === "1" || !["", "0", "false"].includes(CI ?? "") ? "fail" : "skip";
}

/**
 * Jest's `describe` for tests that call {@link openPage}. The browser starts with the first page, serves the whole test
 * file and ends with it, whether its tests pass or fail.
 *
 * Without a Chromium the tests are skipped, with one line on standard error that says so; where CI is set or
 * COVIDXR_REQUIRE_BROWSER is 1, one test fails in their place.
 */
export function describeInBrowser(name: string, define: () => void): void {
  const action = browserTests(process.env);
  if (action === "run") {
    // Registered around the block rather than in it: blocks of one file share the browser.
    afterAll(closeBrowser);
    describe(name, define);
  } else if (action === "fail") {
    describe(name, () => {
      test("has a browser", () => {
        throw new Error(ABSENT);
      });
    });
  } else {
    process.stderr.write(`skipped "${name}": ${ABSENT}\n`);
    describe.skip(name, define);
  }
}

const ARGUMENTS = [
  // Containers give /dev/shm too little room for a page.
  "--disable-dev-shm-usage",
  "--disable-gpu",
  // Name look-ups (as of <link rel="preconnect">) pass by Playwright's routes.
  "--host-resolver-rules=MAP * ~NOTFOUND",
];

interface Running {
  readonly browser: Browser;
  /** One profile for all pages: in a whole Chromium, a page in a profile of its own costs three times as much. */
  readonly profile: BrowserContext;
}

/** The one browser of this test file, started on first use. */
let running: Promise<Running> | undefined;

async function launch(): Promise<Running> {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error("expected a Chromium, found none; use describeInBrowser");
  // Outside Jest's context, Playwright sees the true process and ends the browser should the process end early.
  const { chromium } = requireOutside("playwright-core") as typeof import("playwright-core");
  // Root and containers cannot have Chromium's sandbox; the pages are our own and reach no network.
  const browser = await chromium.launch({ executablePath, args: ARGUMENTS, chromiumSandbox: false });
  const profile = await browser.newContext({
    deviceScaleFactor: 1,
    locale: "en-GB",
    timezoneId: "UTC",
    serviceWorkers: "block",
    offline: true,
  });
  return { browser, profile };
}

async function closeBrowser(): Promise<void> {
  const ending = running;
  running = undefined;
  await (await ending)?.browser.close();
}

/** How the page is shown. */
export interface PageSettings {
  /** Viewport in CSS pixels; 1280 by default. */
  readonly width?: number;
  /** Viewport in CSS pixels; 800 by default. */
  readonly height?: number;
  /** The reader's preference; light by default. */
  readonly colorScheme?: "light" | "dark";
  /** The reader's preference; none by default. */
  readonly reducedMotion?: "reduce" | "no-preference";
  /** On screen by default. */
  readonly media?: "screen" | "print";
  /** Folder whose files belong to the page: they are loaded and not listed. None by default. */
  readonly site?: string;
}

/** A line of the page's console. */
export interface Message {
  /** As the console names it: `"log"`, `"warning"`, `"error"` and others. */
  readonly type: string;
  readonly text: string;
}

/** A page with what it has said and asked for; the lists grow while it is open. */
export interface OpenedPage {
  readonly page: Page;
  /** Everything written to the console, by the page's code and by the browser itself. */
  readonly messages: readonly Message[];
  /** Messages of uncaught exceptions and unhandled rejections. */
  readonly errors: readonly string[];
  /**
   * Addresses of everything asked for but the file itself, its site and what is inside it (data: and blob:), in order,
   * whether over the network or from the disk: images, fonts, frames, pings, workers' requests, favicons, sockets. Each was
   * refused.
   */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

/**
 * Opens an HTML file from the disk in the test file's browser, without any network, and waits until it has loaded. What a
 * page asks for later is listed by `page.waitForLoadState("networkidle")`, half a second without a request. Sizes are CSS
 * pixels at one device pixel each, the locale is British English, the time zone UTC. For use inside
 * {@link describeInBrowser}, which ends the browser; pages of a test file share what they store.
 *
 * @throws {Error} of Playwright when the file cannot be opened.
 */
export async function openPage(file: string, settings: PageSettings = {}): Promise<OpenedPage> {
  const { width = 1280, height = 800 } = settings;
  const url = pathToFileURL(resolve(file));
  const site = settings.site === undefined ? undefined : `${pathToFileURL(resolve(settings.site)).pathname}/`;
  const messages: Message[] = [];
  const errors: string[] = [];
  const requests: string[] = [];
  const isInside = (address: string) => {
    const { protocol, pathname } = new URL(address);
    if (protocol !== "file:") return ["data:", "blob:"].includes(protocol);
    return pathname === url.pathname || (site !== undefined && pathname.startsWith(site));
  };

  running ??= launch();
  const page = await (await running).profile.newPage();
  page.on("console", (message) => messages.push({ type: message.type(), text: message.text() }));
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("crash", () => errors.push("the page crashed"));
  // The event also covers requests that a content security policy refuses before they reach the route.
  page.on("request", (request) => {
    if (!isInside(request.url())) requests.push(request.url());
  });
  await page.route("**/*", (route) => (isInside(route.request().url()) ? route.continue() : route.abort()));
  await page.routeWebSocket(/.*/, (socket) => {
    requests.push(socket.url());
    return socket.close();
  });
  await page.setViewportSize({ width, height });
  await page.emulateMedia({
    media: settings.media ?? "screen",
    colorScheme: settings.colorScheme ?? "light",
    reducedMotion: settings.reducedMotion ?? "no-preference",
  });
  await page.goto(url.href);
  return { page, messages, errors, requests, close: () => page.close() };
}
