import { access, readFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { FileError, InvalidArgumentError } from "@covidxr/core";
import { checkArguments, checkOptions } from "@covidxr/core/internal";
import { preprocess, resolveDecoder } from "@covidxr/image";
import { loadModel, type ModelMetadata } from "@covidxr/model";
import { compileInference, createSession } from "@covidxr/onnx";
import { checkRunFiles } from "@covidxr/report/internal";
import { useTensorFlow } from "../study/network.js";
import { checkNetwork, probabilitiesOf } from "./classifier-network.js";

/** What a classifier says of an image. */
export interface Classification {
  /** Name of the class. */
  readonly label: string;
  /** Probability of that class, from 0 to 1. */
  readonly probability: number;
  /** Probability of each class by name. */
  readonly probabilities: Readonly<Record<string, number>>;
}

/** A trained classifier. */
export interface Classifier {
  /** Names of the classes by index. */
  readonly classes: readonly string[];
  /** Of two classes: a probability of class 1, the positive one, above it gives class 1. Of more the largest probability decides. */
  readonly threshold: number;
  /**
   * Classifies one image. Calls may overlap.
   *
   * @param image Path of a JPEG or PNG file, or its bytes.
   * @throws {FileError} when the file cannot be read.
   * @throws {ImageError} when it is no image.
   */
  classify(image: string | Uint8Array): Promise<Classification>;
  /** Frees the model's memory; the classifier cannot be used afterwards. */
  dispose(): Promise<void>;
}

/** Options of {@link loadClassifier}. */
export interface LoadClassifierOptions {
  /** What the model does not say itself, or what to take in place of what it says. @defaultValue nothing */
  readonly metadata?: Partial<ModelMetadata>;
}

/**
 * Loads a classifier from the folder of a run ({@link trainClassifier}, `covidxr reproduce`) or of a model
 * (`saveModel` of `@covidxr/model`, or a layers model of TensorFlow.js with `metadata` that say how to prepare images for it).
 * Images are decoded, turned, resized and normalised as those that it was trained on.
 *
 * @throws {FileError} when there is no model, it is truncated or altered, or of another kind; `"different"` when a file of a
 *   run's model is not the one that the run wrote; `"corrupt"` on a symbolic link in a run's folder.
 * @throws {InvalidArgumentError} (`metadata`) when a model does not say how its images were made and `options` do not either;
 *   (`model`) when its input is no RGB image, or its output neither one sigmoid unit nor softmax; (`decoder`) when it was
 *   trained on images decoded by sharp, and sharp is not installed.
 * @throws {UnsupportedLayerError} on a layer that `compileInference` of `@covidxr/onnx` does not know.
 *
 * @example
 * ```ts
 * import { loadClassifier } from "covidxr";
 *
 * const classifier = await loadClassifier("run");
 * const { label, probability } = await classifier.classify("images/covid/c0-0.png");
 * console.log(classifier.classes, label === "covid" || probability > 0.5); // [ 'not covid', 'covid' ] true
 * await classifier.dispose();
 * ```
 */
export async function loadClassifier(
  folder: string,
  options: LoadClassifierOptions = {},
): Promise<Classifier> {
  checkArguments({ folder }, { folder: "string" });
  checkOptions(options, { metadata: "object?" });
  await useTensorFlow();
  const inRun = join(folder, "model");
  const isRun = await access(join(inRun, "model.json")).then(
    () => true,
    () => false,
  );
  // The model of a run is checked with the run, from its folder as from its own.
  const ofRun = isRun ? folder : basename(resolve(folder)) === "model" ? dirname(resolve(folder)) : null;
  if (ofRun !== null) await checkRunFiles(ofRun, (path) => path.startsWith("model/"));
  const { model, metadata } = await loadModel(isRun ? inRun : folder, options);
  let bytes: Uint8Array;
  try {
    checkNetwork(model);
    bytes = compileInference(model).bytes;
  } finally {
    model.dispose();
  }
  if (metadata === undefined) {
    throw new InvalidArgumentError({
      parameter: "metadata",
      value: undefined,
      message:
        "expected a model that says how its images were made, got one that another program saved; pass metadata: " +
        "{ decoder, orientation, window (of 16-bit images), resize, inputSize, preprocessing, threshold, classes } as it was trained",
    });
  }
  const { decoder, orientation, window, resize: method, inputSize, preprocessing } = metadata;
  const { threshold, classes } = metadata;
  const preparation = {
    ...{ decoder, orientation, ...(window !== undefined && { window }) },
    ...{ ...inputSize, method, preprocessing },
  };
  await requireDecoder(decoder);
  const session = await createSession(bytes);
  return {
    classes,
    threshold,
    async classify(image) {
      const name = typeof image === "string" ? image : "image";
      const file = typeof image === "string" ? await readImage(image) : image;
      const data = await preprocess(file, { ...preparation, name });
      const input = { data, dims: [1, inputSize.height, inputSize.width, 3] };
      const [output] = Object.values(await session.run({ input }));
      const values = probabilitiesOf([...output!.data], name);
      const index =
        values.length === 2 ? Number(values[1]! > threshold) : values.indexOf(Math.max(...values));
      return {
        label: classes[index]!,
        probability: values[index]!,
        probabilities: Object.fromEntries(classes.map((each, i) => [each, values[i]!])),
      };
    },
    dispose: () => session.dispose(),
  };
}

/** Another decoder gives other pixels, so none is taken unasked. */
async function requireDecoder(decoder: ModelMetadata["decoder"]): Promise<void> {
  await resolveDecoder(decoder).catch((cause) => {
    throw new InvalidArgumentError({
      parameter: "decoder",
      value: decoder,
      message:
        `expected ${decoder}, which decoded the images that the model was trained on, got none that loads; install it, ` +
        'or pass metadata: { decoder: "jimp" }, whose pixels of a JPEG differ by rounding',
      cause,
    });
  });
}

async function readImage(path: string): Promise<Uint8Array> {
  return readFile(path).catch((cause) => {
    const reason = cause.code === "ENOENT" ? "missing" : "unreadable";
    throw new FileError({
      path,
      reason,
      message: `expected an image, it cannot be read (${cause.message})`,
      cause,
    });
  });
}
