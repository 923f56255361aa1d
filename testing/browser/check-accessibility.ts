import type { AxeResults, Result } from "axe-core";
import type { Page } from "playwright-core";

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
    (tags) => axe.run(document, { runOnly: { type: "tag", values: tags } }),
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
