import { expect, test } from "@jest/globals";
import { IMAGENET_WEIGHTS } from "./weights-source.js";

test("the weights of ImageNet are Keras' file, at two addresses over https, with their licence", () => {
  expect(IMAGENET_WEIGHTS).toMatchObject({
    file: "vgg19_weights_tf_dim_ordering_tf_kernels_notop.h5",
    bytes: 80_134_624,
    digests: { md5: "253f8cb515780f3b799900260a226db6" },
    licence: { name: "CC BY 4.0", attribution: expect.stringContaining("Visual Geometry Group") },
  });
  expect(IMAGENET_WEIGHTS.urls.map((url) => new URL(url).host)).toEqual([
    "storage.googleapis.com",
    "github.com",
  ]);
  for (const url of IMAGENET_WEIGHTS.urls) {
    expect(new URL(url).protocol).toBe("https:");
    expect(url.split("/").at(-1)).toBe(IMAGENET_WEIGHTS.file);
  }
});
