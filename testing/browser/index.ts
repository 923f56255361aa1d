export { describeInBrowser, type OpenedPage, openPage } from "./browser.js";
export { accessibleImages, checkAccessibility, horizontalOverflow } from "./page-checks.js";
export { tabOrder } from "./tab-order.js";
