export { type AccessibleImage, accessibleImages } from "./accessible-images.js";
export { type AccessibilityReport, checkAccessibility, type Finding } from "./check-accessibility.js";
export { describeInBrowser } from "./describe-in-browser.js";
export { findChromium } from "./find-chromium.js";
export { horizontalOverflow, type OverflowingElement } from "./horizontal-overflow.js";
export { type Message, type OpenedPage, openPage, type PageSettings } from "./open-page.js";
export { type TabStop, tabOrder } from "./tab-order.js";
export { takeScreenshot } from "./take-screenshot.js";
