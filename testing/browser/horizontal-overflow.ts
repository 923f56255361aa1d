import type { Page } from "playwright-core";

/** An element, or its text, that reaches past the viewport's left or right edge. */
export interface OverflowingElement {
  /** Its opening tag, cut short. */
  readonly element: string;
  /** Left edge of its box or text, in CSS pixels from the viewport's left edge. */
  readonly left: number;
  /** Right edge of its box or text, in CSS pixels from the viewport's left edge. */
  readonly right: number;
}

/**
 * Elements that make a left-to-right page wider than the viewport or are cut by its edges, in document order; empty
 * when the page fits. What a parent of its own scrolls or clips (such as a wide table in a scrolling box) does not
 * count, but that parent does; clipping by `html` or `body` is no excuse, since the reader loses the rest. Invisible
 * parts, and what stands wholly to the left of the viewport (a skip link in waiting), do not count.
 */
export async function horizontalOverflow(page: Page): Promise<OverflowingElement[]> {
  const found = await page.evaluate(() => {
    const root = document.documentElement;
    // Boxes at fractions of a pixel do not make a page scroll.
    const tolerance = 0.5;
    const isPast = ({ left, right, width }: DOMRect) =>
      width > 0 && (right > root.clientWidth + tolerance || (left < -tolerance && right > 0));
    /** Whether `parent` or one of its parents, up to the body, holds what is laid out in it with `position`. */
    const isHeld = (parent: Element | null, position: string) => {
      let placed = position;
      for (let box = parent; box && box !== document.body && box !== root; box = box.parentElement) {
        if (placed === "fixed") return false;
        const style = getComputedStyle(box);
        if (placed === "absolute" && style.position === "static") continue;
        if (style.overflowX !== "visible") return true;
        placed = style.position;
      }
      return false;
    };
    const round = (pixels: number) => Math.round(10 * pixels) / 10;
    const entry = (element: Element, { left, right }: { left: number; right: number }) => ({
      element: (element.cloneNode(false) as Element).outerHTML.slice(0, 120),
      left: round(left),
      right: round(right),
    });
    const textPast = (element: Element) => {
      const range = document.createRange();
      for (const node of Array.from(element.childNodes)) {
        if (node.nodeType !== Node.TEXT_NODE) continue;
        range.selectNodeContents(node);
        const past = Array.from(range.getClientRects()).find(isPast);
        if (past) return isHeld(element, "static") ? undefined : past;
      }
      return undefined;
    };
    const result = [];
    for (const element of Array.from(document.querySelectorAll("body, body *"))) {
      if (!element.checkVisibility({ visibilityProperty: true })) continue;
      const box = element.getBoundingClientRect();
      const isOut = isPast(box) && !isHeld(element.parentElement, getComputedStyle(element).position);
      const past = isOut ? box : textPast(element);
      if (past) result.push(entry(element, past));
    }
    // Generated content has no box to ask for, yet widens the page.
    if (result.length === 0 && root.scrollWidth > root.clientWidth) {
      result.push(entry(root, { left: 0, right: root.scrollWidth }));
    }
    return result;
  });
  return found.map((element) => ({ ...element }));
}
