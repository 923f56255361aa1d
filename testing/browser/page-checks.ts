import type { AxeResults, Result } from "axe-core";
import type { CDPSession, Page } from "playwright-core";

declare const requireOutside: NodeJS.Require;
/** What axe-core's source leaves in the page. */
declare const axe: typeof import("axe-core");

/** Levels A and AA of WCAG 2.0, 2.1 and 2.2, by axe-core's names (2.2 added no rule of level A that a program can check). */
const WCAG_2_2_AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** One rule at one element. */
export interface Finding {
  /** axe-core's name of the rule, such as `"color-contrast"`. */
  readonly rule: string;
  /** A CSS selector of the element. */
  readonly element: string;
  /** What is wrong, with the measured values. */
  readonly reason: string;
}

/** axe-core's results for one state of a page. */
export interface AccessibilityReport {
  readonly violations: readonly Finding[];
  /** Where the rule applies and a program cannot decide, such as the contrast of text over an image. */
  readonly undecided: readonly Finding[];
  /** Names of the rules that applied to some element and held there. */
  readonly passed: readonly string[];
}

/**
 * Runs axe-core's rules for WCAG 2.2, levels A and AA, on the page as it stands: its scheme, width, open and closed
 * parts. Colour contrast is among them for HTML text; axe-core does not judge the colours of SVG.
 */
export async function checkAccessibility(page: Page): Promise<AccessibilityReport> {
  await page.evaluate((requireOutside("axe-core") as typeof import("axe-core")).source);
  const results: AxeResults = await page.evaluate(
    (tags) =>
      axe.run(document, {
        runOnly: { type: "tag", values: tags },
        // Of what passes, only its rule is of interest.
        resultTypes: ["violations", "incomplete"],
        // Style sheets are of a rule outside these levels; a page from the disk may not read its own.
        preload: false,
      }),
    WCAG_2_2_AA,
  );
  return {
    violations: results.violations.flatMap(findingsOf),
    undecided: results.incomplete.flatMap(findingsOf),
    passed: results.passes.map((result) => result.id),
  };
}

function findingsOf(result: Result): Finding[] {
  return result.nodes.map((node) => ({
    rule: result.id,
    element: node.target.join(" "),
    reason: [...node.any, ...node.all, ...node.none].map((check) => check.message).join("; "),
  }));
}

/** An element as the browser tells it to assistive technology. */
export interface AccessibleNode {
  /** Chromium's word for the role, `""` when not exposed. */
  readonly role: string;
  readonly name: string;
  readonly description: string;
  /** False for an element that assistive technology is not told of. */
  readonly exposed: boolean;
}

/** The accessible node of an element that the session knows by `nodeId` or `objectId`. */
export async function accessibleNode(
  session: CDPSession,
  element: { readonly nodeId: number } | { readonly objectId: string },
): Promise<AccessibleNode> {
  const { nodes } = await session.send("Accessibility.getPartialAXTree", {
    ...element,
    fetchRelatives: false,
  });
  const node = nodes[0]!;
  const text = (property: { value?: unknown } | undefined) => String(property?.value ?? "");
  return {
    role: node.ignored ? "" : text(node.role),
    name: text(node.name),
    description: text(node.description),
    exposed: !node.ignored,
  };
}

/** A drawing as assistive technology is told of it. */
export interface AccessibleImage {
  /** `""` when it has none. */
  readonly name: string;
  /** `""` when it has none. */
  readonly description: string;
  /** False when assistive technology is not told of it: hidden, or inside a closed part of the page. */
  readonly exposed: boolean;
}

/**
 * Each `svg[role=img]` of the page in document order, with the name and description that Chromium computes for it
 * (from `aria-*` attributes, `<title>` and `<desc>`).
 */
export async function accessibleImages(page: Page): Promise<AccessibleImage[]> {
  const session = await page.context().newCDPSession(page);
  try {
    const { root } = await session.send("DOM.getDocument", { depth: 0 });
    const { nodeIds } = await session.send("DOM.querySelectorAll", {
      nodeId: root.nodeId,
      selector: "svg[role~=img]",
    });
    const images: AccessibleImage[] = [];
    for (const nodeId of nodeIds) {
      const { name, description, exposed } = await accessibleNode(session, { nodeId });
      images.push({ name, description, exposed });
    }
    return images;
  } finally {
    await session.detach();
  }
}

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
