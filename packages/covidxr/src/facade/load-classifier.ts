import { access, readFile } from "node:fs/promises";
import { join } from "node:path";
import { FileError } from "@covidxr/core";
import { preprocess } from "@covidxr/image";
import { loadModel } from "@covidxr/model";
import { compileInference, createSession } from "@covidxr/onnx";
import { useTensorFlow } from "../study/network.js";

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
  /** Of a model with one sigmoid unit: a probability of class 1 above it gives class 1. Otherwise the largest probability decides. */
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

/**
 * Loads a classifier from the folder of a run ({@link trainClassifier}, `covidxr reproduce`) or of a model
 * (`saveModel` of `@covidxr/model`).
 *
 * @throws {FileError} when there is no model, or it is truncated or altered.
 *
 * @example
 * ```ts
 * import { loadClassifier, trainClassifier } from "covidxr";
 *
 * const small = { weights: "random", height: 64, width: 64, epochs: 2 } as const; // for an example in seconds
 * await trainClassifier("images", { positive: "covid", output: "run", ...small });
 * const classifier = await loadClassifier("run");
 * const { label, probability } = await classifier.classify("images/covid/c0-0.png");
 * console.log(classifier.classes, label === "covid" || probability > 0.5); // [ 'not covid', 'covid' ] true
 * await classifier.dispose();
 * ```
 */
export async function loadClassifier(folder: string): Promise<Classifier> {
  await useTensorFlow();
  const inRun = join(folder, "model");
  const isRun = await access(join(inRun, "model.json")).then(
    () => true,
    () => false,
  );
  const { model, metadata } = await loadModel(isRun ? inRun : folder);
  const { bytes } = compileInference(model);
  model.dispose();
  const session = await createSession(bytes);
  const { inputSize, preprocessing, threshold, classes, resize: method } = metadata;
  return {
    classes,
    threshold,
    async classify(image) {
      const name = typeof image === "string" ? image : "image";
      const file = typeof image === "string" ? await readImage(image) : image;
      const data = await preprocess(file, { ...inputSize, preprocessing, method, name });
      const input = { data, dims: [1, inputSize.height, inputSize.width, 3] };
      const [output] = Object.values(await session.run({ input }));
      const values = [...output!.data];
      const all = values.length === 1 ? [1 - values[0]!, values[0]!] : values;
      const index = values.length === 1 ? Number(values[0]! > threshold) : all.indexOf(Math.max(...all));
      return {
        label: classes[index]!,
        probability: all[index]!,
        probabilities: Object.fromEntries(classes.map((each, i) => [each, all[i]!])),
      };
    },
    dispose: () => session.dispose(),
  };
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
