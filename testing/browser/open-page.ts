import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Page } from "playwright-core";
import { sharedBrowser } from "./internal/shared-browser.js";

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
  /** Folder whose files belong to the page: they are loaded and not told of. None by default. */
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
 * Opens an HTML file from the disk in the test file's browser, with a profile of its own and without any network, and
 * waits until it has loaded and asked for nothing for half a second. Sizes are CSS pixels at one device pixel each,
 * the locale is British English, the time zone UTC. For use inside `describeInBrowser`, which ends the browser.
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

  const browser = await sharedBrowser();
  const context = await browser.newContext({
    viewport: { width, height },
    deviceScaleFactor: 1,
    colorScheme: settings.colorScheme ?? "light",
    reducedMotion: settings.reducedMotion ?? "no-preference",
    locale: "en-GB",
    timezoneId: "UTC",
    serviceWorkers: "block",
    offline: true,
  });
  const isInside = (address: string) => {
    const { protocol, pathname } = new URL(address);
    if (protocol !== "file:") return ["data:", "blob:"].includes(protocol);
    return pathname === url.pathname || (site !== undefined && pathname.startsWith(site));
  };
  // The event tells of requests that a content security policy refuses before they reach the route.
  context.on("request", (request) => {
    if (!isInside(request.url())) requests.push(request.url());
  });
  await context.route("**/*", (route) =>
    isInside(route.request().url()) ? route.continue() : route.abort(),
  );
  await context.routeWebSocket(/.*/, (socket) => {
    requests.push(socket.url());
    return socket.close();
  });

  const page = await context.newPage();
  page.on("console", (message) => messages.push({ type: message.type(), text: message.text() }));
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("crash", () => errors.push("the page crashed"));
  await page.emulateMedia({ media: settings.media ?? "screen" });
  await page.goto(url.href, { waitUntil: "networkidle" });
  return { page, messages, errors, requests, close: () => context.close() };
}
