import { InvalidArgumentError } from "@covidxr/core";
import { expectNewTensors, useCpuBackend } from "@covidxr/testing";
import { beforeAll, expect, test } from "@jest/globals";
import { separableFeatures } from "../testing/separable-features.js";
import { smallModel } from "../testing/small-model.js";
import { evaluate } from "./evaluate.js";
import { predict } from "./predict.js";
import { scoreOutputs } from "./score-outputs.js";

beforeAll(useCpuBackend);

test("scores what the model predicts", async () => {
  const model = smallModel();
  const images = separableFeatures(9, 2);
  const found = await expectNewTensors(() => evaluate(model, images));
  expect(found).toEqual(scoreOutputs(await predict(model, images.values), images.labels));
  expect(found.outputs).toHaveLength(9);
});

test("features of another model are refused", async () => {
  const failure = evaluate(smallModel(), { values: [new Float32Array(7)], labels: [1] });
  await expect(failure).rejects.toBeInstanceOf(InvalidArgumentError);
  await expect(failure).rejects.toMatchObject({ parameter: "values" });
});
