import type { ExpectedContent } from "@covidxr/download";

/** Terms under which weights may be used. */
export interface WeightsLicence {
  /** Short name, such as `"CC BY 4.0"`. */
  readonly name: string;
  /** Address of its text. */
  readonly url: string;
  /** Whom it asks to name, and who converted the weights, in one line. */
  readonly attribution: string;
}

/** A weights file that is published. */
export interface WeightsSource extends ExpectedContent {
  /** Name of the file in the cache folder, without folders. */
  readonly file: string;
  /** http or https addresses of the same bytes, the preferred one first; at least one. */
  readonly urls: readonly string[];
  /** Undefined when its publisher states none. */
  readonly licence?: WeightsLicence;
}

const KERAS_FILE = "vgg19_weights_tf_dim_ordering_tf_kernels_notop.h5";

/**
 * VGG19 without its top, trained on ImageNet (Simonyan and Zisserman 2015, arXiv:1409.1556), as Keras publishes it.
 * First address and MD5 as in keras/src/applications/vgg19.py; the second is the release that Keras' file was first
 * published with. Keras states no SHA-256.
 */
export const IMAGENET_WEIGHTS = {
  file: KERAS_FILE,
  bytes: 80_134_624,
  digests: { md5: "253f8cb515780f3b799900260a226db6" },
  urls: [
    `https://storage.googleapis.com/tensorflow/keras-applications/vgg19/${KERAS_FILE}`,
    `https://github.com/fchollet/deep-learning-models/releases/download/v0.1/${KERAS_FILE}`,
  ],
  licence: {
    name: "CC BY 4.0",
    url: "https://creativecommons.org/licenses/by/4.0/",
    attribution:
      "Karen Simonyan and Andrew Zisserman, Visual Geometry Group, University of Oxford; converted by Keras",
  },
} as const satisfies WeightsSource;
