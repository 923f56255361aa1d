import { expect, test } from "@jest/globals";
import { accessibleImages } from "./accessible-images.js";
import { describeInBrowser } from "./describe-in-browser.js";
import { writePage } from "./internal/write-page.js";
import { openPage } from "./open-page.js";

const drawing = (attributes: string, content = "") =>
  `<svg role="img" ${attributes} width="9" height="9">${content}<path d="M0 0h9v9z"/></svg>`;

describeInBrowser("accessibleImages", () => {
  test.each([
    ["no label", drawing(""), "", ""],
    ["a label", drawing('aria-label="ROC curve"'), "ROC curve", ""],
    [
      "a title and a description inside",
      drawing("", "<title>ROC curve</title><desc>AUC 0.9</desc>"),
      "ROC curve",
      "AUC 0.9",
    ],
    [
      "a label and a description elsewhere",
      `${drawing('aria-labelledby="a" aria-describedby="b"')}<p id="a">ROC curve</p><p id="b">AUC 0.9</p>`,
      "ROC curve",
      "AUC 0.9",
    ],
  ])("with %s", async (_, body, name, description) => {
    const { page } = await openPage(writePage(body));
    expect(await accessibleImages(page)).toEqual([{ name, description, exposed: true }]);
  });

  test("lists drawings in order, tells which are not exposed, and passes other drawings by", async () => {
    const { page } = await openPage(
      writePage(`${drawing('aria-label="first"')}
        <div aria-hidden="true">${drawing('aria-label="hidden"')}</div>
        <svg width="9" height="9"></svg><img role="img" alt="an image" src="data:,">
        <details><summary>more</summary>${drawing('aria-label="inside"')}</details>
        ${drawing('aria-label="last"')}`),
    );
    const images = await accessibleImages(page);
    expect(images.map((image) => image.exposed)).toEqual([true, false, false, true]);
    expect(images.filter((image) => image.exposed).map((image) => image.name)).toEqual(["first", "last"]);
    await page.evaluate(() => {
      document.querySelector("details")!.open = true;
    });
    expect((await accessibleImages(page))[2]).toMatchObject({ name: "inside", exposed: true });
  });
});
