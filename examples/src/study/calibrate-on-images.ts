import { networkInput, type PreparedImage } from "@covidxr/image";
import { calibrateBackbone } from "@covidxr/training";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import type { StudyOptions } from "../run/options/study-options.js";
import type { Run } from "../run/run.js";

/** A handful is enough: each layer's statistics are over all pixels of these images. */
const CALIBRATION_IMAGES = 8;

/** Scales a random backbone on the first training images, so that the layers behind it can learn. */
export async function calibrateOnImages(
  model: LayersModel,
  images: readonly PreparedImage[],
  { preprocessing, height, width }: StudyOptions,
  run: Run,
): Promise<void> {
  run.say.line(
    `\nThe backbone starts at random, scaled on ${CALIBRATION_IMAGES} images so that it can learn; it knows nothing of real images.`,
  );
  const sample = images.slice(0, CALIBRATION_IMAGES);
  const data = new Float32Array(sample.length * height * width * 3);
  for (const [i, image] of sample.entries()) {
    data.set(await networkInput(image, preprocessing).load(), i * height * width * 3);
  }
  await run.stage("calibration", "Scaling the backbone", "layers", (onProgress) =>
    calibrateBackbone(model, { data, dims: [sample.length, height, width, 3] }, { onProgress }),
  );
}
