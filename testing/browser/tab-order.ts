import type { CDPSession, ElementHandle, Page } from "playwright-core";
import { accessibleNode } from "./page-checks.js";

/** An element that the Tab key reaches. */
export interface TabStop {
  /** Its opening tag, cut short. */
  readonly element: string;
  /** As Chromium tells it to assistive technology. */
  readonly role: string;
  /** As Chromium tells it to assistive technology; `""` when it has none. */
  readonly name: string;
  /** Left edge in CSS pixels from the page's left edge. */
  readonly x: number;
  /** Top edge in CSS pixels from the page's top. */
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Whether the reader sees that it has the focus. */
  readonly focusVisible: boolean;
}

/** Least contrast between an element with and without focus: WCAG 2.2, success criterion 2.4.13. */
const FOCUS_CONTRAST = 3;
/** Outlines may stand off their element, in CSS pixels. */
const MARGIN = 8;
/** Least area of a focus indicator, as the thickness of a line along the shortest side, in CSS pixels. */
const LINE_THICKNESS = 4;

/**
 * The elements that Tab reaches from the top of the page to its end, in that order. The page ends up without focus
 * and where the last stop had scrolled it. Frames and shadow roots are not looked into.
 *
 * Whether a focus can be seen is measured on the screen: the element (with its labels) is drawn with and without it,
 * and the pixels that change by a contrast of 3 : 1 must cover the area of a line 4 pixels thick along its shortest
 * side (WCAG 2.2's success criterion 2.4.13 for the contrast; the drafts of 2021 and 2022, "Focus Appearance
 * (Minimum)", for the area, which an underline or a change of colour can reach as well as an outline). A stop outside
 * the viewport is not visible.
 *
 * @throws {Error} when the focus comes back to an earlier stop before the page's end: a keyboard trap.
 */
export async function tabOrder(page: Page): Promise<TabStop[]> {
  const session = await page.context().newCDPSession(page);
  const blankContext = await page.context().browser()!.newContext();
  try {
    const blank = await blankContext.newPage();
    const stops: TabStop[] = [];
    const seen: number[] = [];
    for (;;) {
      if (stops.length === 0) await pressFirstTab(page);
      else await page.keyboard.press("Tab");
      // Behind the last stop, a headless Chromium gives the focus to the page itself.
      const focused = await focusedElement(page);
      if (!focused) return stops;
      const { objectId, backendNodeId } = await identify(session);
      const element = await focused.evaluate((node) => (node.cloneNode(false) as Element).outerHTML);
      if (seen.includes(backendNodeId)) {
        throw new Error(
          `expected Tab to reach the page's end, it comes back to ${element}, release the focus`,
        );
      }
      seen.push(backendNodeId);
      const { role, name } = await accessibleNode(session, { objectId });
      const box = await focused.evaluate((node) => {
        const { x, y, width, height } = node.getBoundingClientRect();
        return { x: x + scrollX, y: y + scrollY, width, height };
      });
      const focusVisible = await isFocusVisible(page, blank, focused);
      stops.push({ element: element.slice(0, 120), role, name, ...box, focusVisible });
    }
  } finally {
    await session.detach();
    await blankContext.close();
  }
}

/** Presses Tab as on a page just loaded, wherever the focus was. */
async function pressFirstTab(page: Page): Promise<void> {
  const before = await page.evaluate(() => {
    const value = document.body.getAttribute("tabindex");
    // Tab goes on from the element that last had the focus; with 1, what has a tabindex above 0 still comes first.
    document.body.tabIndex = 1;
    document.body.focus();
    scrollTo({ left: 0, top: 0, behavior: "instant" });
    return value;
  });
  await page.keyboard.press("Tab");
  await page.evaluate((value) => {
    if (value === null) document.body.removeAttribute("tabindex");
    else document.body.setAttribute("tabindex", value);
  }, before);
}

/** Undefined when the page itself has the focus. */
async function focusedElement(page: Page): Promise<ElementHandle<HTMLElement> | undefined> {
  const handle = await page.evaluateHandle(() => {
    const element = document.activeElement as HTMLElement | null;
    return element === document.body || element === document.documentElement ? null : element;
  });
  return handle.asElement() ?? undefined;
}

/** The focused element by the names that Chromium's protocol gives it. */
async function identify(session: CDPSession): Promise<{ objectId: string; backendNodeId: number }> {
  const { result } = await session.send("Runtime.evaluate", { expression: "document.activeElement" });
  const objectId = result.objectId!;
  const { node } = await session.send("DOM.describeNode", { objectId });
  return { objectId, backendNodeId: node.backendNodeId };
}

async function isFocusVisible(page: Page, blank: Page, focused: ElementHandle<HTMLElement>) {
  const { clip, side } = await focused.evaluate((element, margin) => {
    const labels = Array.from((element as HTMLInputElement).labels ?? []);
    const boxes = [element, ...labels].map((part) => part.getBoundingClientRect());
    const root = document.documentElement;
    const left = Math.max(0, Math.floor(Math.min(...boxes.map((box) => box.left)) - margin));
    const top = Math.max(0, Math.floor(Math.min(...boxes.map((box) => box.top)) - margin));
    const right = Math.min(root.clientWidth, Math.ceil(Math.max(...boxes.map((box) => box.right)) + margin));
    const bottom = Math.min(innerHeight, Math.ceil(Math.max(...boxes.map((box) => box.bottom)) + margin));
    return {
      clip: { x: left, y: top, width: right - left, height: bottom - top },
      side: Math.min(boxes[0]!.width, boxes[0]!.height, innerWidth, innerHeight),
    };
  }, MARGIN);
  if (clip.width <= 0 || clip.height <= 0) return false;
  const draw = () => page.screenshot({ clip, animations: "disabled" });
  const withFocus = await draw();
  await focused.evaluate((element) => element.blur());
  const withoutFocus = await draw();
  await focused.evaluate((element) => element.focus({ preventScroll: true }));
  const changed = await contrastingPixels(blank, withFocus, withoutFocus, FOCUS_CONTRAST);
  return changed > 0 && changed >= LINE_THICKNESS * side;
}

/**
 * The number of pixels whose colours in two PNG images of one size have a contrast of `ratio` or more to each other,
 * by the definition of WCAG 2 (relative luminance of sRGB). `blank` is any page; it decodes the images.
 */
async function contrastingPixels(blank: Page, first: Buffer, second: Buffer, ratio: number): Promise<number> {
  return blank.evaluate(
    async ({ images, ratio }) => {
      const linear = Array.from({ length: 256 }, (_, value) => {
        const share = value / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      const luminances = async (base64: string) => {
        const image = new Image();
        image.src = `data:image/png;base64,${base64}`;
        await image.decode();
        const canvas = new OffscreenCanvas(image.width, image.height);
        const drawing = canvas.getContext("2d")!;
        drawing.drawImage(image, 0, 0);
        const { data } = drawing.getImageData(0, 0, image.width, image.height);
        const luminance = new Float64Array(data.length / 4);
        for (let i = 0; i < luminance.length; i++) {
          const [red, green, blue] = [data[4 * i]!, data[4 * i + 1]!, data[4 * i + 2]!];
          luminance[i] = 0.2126 * linear[red]! + 0.7152 * linear[green]! + 0.0722 * linear[blue]!;
        }
        return luminance;
      };
      const [a, b] = [await luminances(images[0]!), await luminances(images[1]!)];
      let count = 0;
      for (let i = 0; i < a.length; i++) {
        const [dark, light] = a[i]! < b[i]! ? [a[i]!, b[i]!] : [b[i]!, a[i]!];
        if ((light + 0.05) / (dark + 0.05) >= ratio) count++;
      }
      return count;
    },
    { images: [first.toString("base64"), second.toString("base64")], ratio },
  );
}
