import type { Browser } from "playwright-core";
import { findChromium } from "../find-chromium.js";

/** Loads a package with Node's own `require`; testing/jest-environment.cjs puts it there. */
declare const requireOutside: NodeJS.Require;

/**
 * Outside Jest's context, Playwright sees the true process: should the process end early, Playwright still ends the
 * browser.
 */
const playwright = () => requireOutside("playwright-core") as typeof import("playwright-core");

const ARGUMENTS = [
  // Containers give /dev/shm too little room for a page.
  "--disable-dev-shm-usage",
  "--disable-gpu",
  // Name look-ups (as of <link rel="preconnect">) pass by Playwright's routes.
  "--host-resolver-rules=MAP * ~NOTFOUND",
];

let browser: Promise<Browser> | undefined;

/** The one browser of this test file, started on first use. */
export function sharedBrowser(): Promise<Browser> {
  browser ??= launch();
  return browser;
}

async function launch(): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error("expected a Chromium, found none, use describeInBrowser");
  // Root and containers cannot have Chromium's sandbox; the pages are our own and reach no network.
  return playwright().chromium.launch({ executablePath, args: ARGUMENTS, chromiumSandbox: false });
}

/** Ends the browser, where it runs, with all its pages. */
export async function closeSharedBrowser(): Promise<void> {
  const running = browser;
  browser = undefined;
  await (await running)?.close();
}
