import type { Page } from "playwright-core";

/**
 * Writes a PNG of the page, of one pixel per CSS pixel, with animations at their end; makes the folder where it is
 * missing. `fullPage` shows all of the page rather than the viewport.
 */
export async function takeScreenshot(
  page: Page,
  path: string,
  { fullPage = false }: { readonly fullPage?: boolean } = {},
): Promise<void> {
  await page.screenshot({ path, fullPage, animations: "disabled" });
}
