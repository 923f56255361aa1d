import type { CDPSession } from "playwright-core";

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
