import type { Page } from "playwright-core";
import { accessibleNode } from "./internal/accessible-node.js";

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
