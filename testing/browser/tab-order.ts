import type { CDPSession, Page } from "playwright-core";
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
  try {
    const stops: TabStop[] = [];
    const seen: number[] = [];
    for (;;) {
      if (stops.length === 0) await pressFirstTab(page);
      else await page.keyboard.press("Tab");
      const focused = await focusedElement(session);
      // Behind the last stop, a headless Chromium gives the focus to the page itself.
      if (!focused) return stops;
      const { x, y, width, height, element, clip, side } = await page.evaluate(measureFocused, MARGIN);
      if (seen.includes(focused.backendNodeId)) {
        throw new Error(
          `expected Tab to reach the page's end, it comes back to ${element}, release the focus`,
        );
      }
      seen.push(focused.backendNodeId);
      const { role, name } = await accessibleNode(session, focused);
      const changed = await pixelsOfFocus(page, session, clip);
      const focusVisible = changed > 0 && changed >= LINE_THICKNESS * side;
      stops.push({ element: element.slice(0, 120), role, name, x, y, width, height, focusVisible });
    }
  } finally {
    await session.detach();
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

/** The focused element by the names that Chromium's protocol gives it; undefined when the page itself has the focus. */
async function focusedElement(
  session: CDPSession,
): Promise<{ readonly objectId: string; readonly backendNodeId: number } | undefined> {
  const { result } = await session.send("Runtime.evaluate", { expression: "document.activeElement" });
  if (result.objectId === undefined) return undefined;
  const { node } = await session.send("DOM.describeNode", { objectId: result.objectId });
  if (["BODY", "HTML"].includes(node.nodeName)) return undefined;
  return { objectId: result.objectId, backendNodeId: node.backendNodeId };
}

/** A part of the page in CSS pixels from its top left corner. */
interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Of the focused element, in the page: its opening tag, its box, the part of the viewport that shows it with its
 * labels and `margin` around, and its shortest visible side.
 */
function measureFocused(margin: number): Rectangle & {
  readonly element: string;
  readonly clip: Rectangle;
  readonly side: number;
} {
  const focused = document.activeElement as HTMLElement;
  const labels = Array.from((focused as HTMLInputElement).labels ?? []);
  const boxes = [focused, ...labels].map((part) => part.getBoundingClientRect());
  const [{ x, y, width, height }] = boxes as [DOMRect];
  const root = document.documentElement;
  const left = Math.max(0, Math.floor(Math.min(...boxes.map((box) => box.left)) - margin));
  const top = Math.max(0, Math.floor(Math.min(...boxes.map((box) => box.top)) - margin));
  const right = Math.min(root.clientWidth, Math.ceil(Math.max(...boxes.map((box) => box.right)) + margin));
  const bottom = Math.min(innerHeight, Math.ceil(Math.max(...boxes.map((box) => box.bottom)) + margin));
  return {
    ...{ x: x + scrollX, y: y + scrollY, width, height },
    element: (focused.cloneNode(false) as Element).outerHTML,
    clip: { x: left + scrollX, y: top + scrollY, width: right - left, height: bottom - top },
    side: Math.min(width, height, innerWidth, innerHeight),
  };
}

/** How many pixels of `clip` the focus changes by a contrast of {@link FOCUS_CONTRAST}. The focus stays where it is. */
async function pixelsOfFocus(page: Page, session: CDPSession, clip: Rectangle): Promise<number> {
  if (clip.width <= 0 || clip.height <= 0) return 0;
  /** Playwright's `screenshot` does the same at three times the cost. */
  const draw = async () => {
    const { data } = await session.send("Page.captureScreenshot", { clip: { ...clip, scale: 1 } });
    return data;
  };
  const finishTransitions = () => {
    for (const animation of document.getAnimations()) {
      if (animation.effect!.getComputedTiming().endTime === Number.POSITIVE_INFINITY) animation.cancel();
      else animation.finish();
    }
  };
  await page.evaluate(finishTransitions);
  const withFocus = await draw();
  const focused = await page.evaluateHandle(() => {
    const element = document.activeElement as HTMLElement;
    element.blur();
    return element;
  });
  await page.evaluate(finishTransitions);
  const withoutFocus = await draw();
  await focused.evaluate((element) => element.focus({ preventScroll: true }));
  return page.evaluate(contrastingPixels, { images: [withFocus, withoutFocus], ratio: FOCUS_CONTRAST });
}

/**
 * The number of pixels whose colours in two PNG images of one size, in base64, have a contrast of `ratio` or more to each
 * other, by the definition of WCAG 2 (relative luminance of sRGB). For a page, whatever its policy: nothing is loaded.
 */
async function contrastingPixels({
  images,
  ratio,
}: {
  readonly images: readonly string[];
  readonly ratio: number;
}): Promise<number> {
  const linear = Array.from({ length: 256 }, (_, value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  const pixelsOf = async (base64: string) => {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const image = await createImageBitmap(new Blob([bytes]));
    const drawing = new OffscreenCanvas(image.width, image.height).getContext("2d")!;
    drawing.drawImage(image, 0, 0);
    return drawing.getImageData(0, 0, image.width, image.height).data;
  };
  const luminance = (pixels: Uint8ClampedArray, i: number) =>
    0.2126 * linear[pixels[i]!]! + 0.7152 * linear[pixels[i + 1]!]! + 0.0722 * linear[pixels[i + 2]!]!;
  const [a, b] = [await pixelsOf(images[0]!), await pixelsOf(images[1]!)];
  let count = 0;
  for (let i = 0; i < a.length; i += 4) {
    if (a[i] === b[i] && a[i + 1] === b[i + 1] && a[i + 2] === b[i + 2]) continue;
    const [one, other] = [luminance(a, i), luminance(b, i)];
    if ((Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05) >= ratio) count++;
  }
  return count;
}
