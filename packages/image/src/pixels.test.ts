import { importAsInBrowser } from "@covidxr/testing/bundle";
import { expect, test } from "@jest/globals";
import { preprocessPixels } from "./pixels.js";
import { formulaPixels } from "./testing/fixtures.js";

test("pixels become a model's input in a browser as in Node", async () => {
  const browser = await importAsInBrowser<typeof import("./pixels.js")>("packages/image/src/pixels.ts");
  const image = formulaPixels(9, 7);
  const options = { height: 4, width: 5, preprocessing: "caffe" } as const;
  expect([...browser.preprocessPixels(image, options)]).toEqual([...preprocessPixels(image, options)]);
});
