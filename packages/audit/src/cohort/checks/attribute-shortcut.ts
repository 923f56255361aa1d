import type { AttributeAssociation } from "../cohort-audit.js";

/** An attribute is called a shortcut below this adjusted p-value: a false alarm in one of 100 audits at most. */
const ATTRIBUTE_SIGNIFICANCE = 0.01;

/**
 * And from this much of the label's entropy on, beyond what chance gives. With even classes, 0.05 is what a value of half
 * of the images tells when 63 % of those that have it, and 37 % of the others, are positive: less would hardly move a
 * figure of a few hundred images.
 */
const ATTRIBUTE_SHARE = 0.05;

/** What an attribute tells of the label beyond chance, as a share of its entropy; NaN where that is undefined. */
export function shareBeyondChance({ share, shareByChance }: AttributeAssociation): number {
  return share - shareByChance;
}

/** Whether an attribute tells the label: {@link ATTRIBUTE_SIGNIFICANCE} and {@link ATTRIBUTE_SHARE}. */
export function isAttributeShortcut(association: AttributeAssociation): boolean {
  return (
    association.adjustedPValue < ATTRIBUTE_SIGNIFICANCE && shareBeyondChance(association) >= ATTRIBUTE_SHARE
  );
}
